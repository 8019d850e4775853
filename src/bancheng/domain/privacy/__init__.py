"""个人信息: that personal data is erased at a person's wish, and kept unused until it may be."""
