"""事项目录: the rows of a hall's catalogue become published items."""
