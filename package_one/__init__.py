from . import inner
import package_two
__all__ = ['inner']