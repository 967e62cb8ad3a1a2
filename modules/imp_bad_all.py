__all__ = ['missing']
