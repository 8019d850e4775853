"""督促: what is demanded of a unit that is slow or acted wrongly, and how it answers for it.

The same for tickets and cases: from 催办 to 问责, each with ground, addressee and, mostly, a day by
which it is answered.
"""
