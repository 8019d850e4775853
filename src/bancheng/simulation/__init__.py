"""模拟大厅: two weeks of a hall's life, through the same commands that people use."""
