"""周期报告: what a hall files of a week, a month or a year, as sections of words and figures."""
