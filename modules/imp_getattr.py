def __getattr__(name):
    if name == 'magic':
        return 42
    raise AttributeError(name)
