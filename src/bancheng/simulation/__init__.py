"""模拟大厅: a hall's life and its catalogue, through the same commands that people use."""
