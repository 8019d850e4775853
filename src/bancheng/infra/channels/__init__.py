"""通知渠道: one small adapter a channel. Each sends one message, or says why it did not.

What a receiver answers is not believed and not kept: of it only a code goes on.
"""
