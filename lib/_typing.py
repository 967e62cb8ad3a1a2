"""Type parameters, type aliases and Generic: the classes that the type-parameter syntax makes and
that `typing` exports. Bounds, constraints, defaults and alias values are computed when first asked
for, as PEP 695 says."""

import sys
from _typing_support import join_unions, seal, union

_MISSING = object()


# Not bound where it is a class attribute, as a builtin function is not.
@staticmethod
def _idfunc(x):
    return x


def _typing():
    import typing
    return typing


def _caller_module(depth=2):
    name = sys._getframemodulename(depth)
    return name


class NoDefaultType:
    """The type of the NoDefault singleton."""

    __slots__ = ()

    def __new__(cls):
        return NoDefault

    def __repr__(self):
        return 'typing.NoDefault'

    def __reduce__(self):
        return 'NoDefault'


NoDefault = object.__new__(NoDefaultType)
NoDefaultType.__module__ = 'typing'


class _Lazy:
    """A value, or the function that computes it at the first use."""

    __slots__ = ('value', 'function')

    def __init__(self, value=_MISSING, function=None):
        self.value = value
        self.function = function

    def get(self):
        if self.value is _MISSING:
            value = self.function()
            self.value = value
        return self.value


def _checked_default(default):
    return _Lazy(default)


class _Parameter:
    """What TypeVar, ParamSpec and TypeVarTuple have in common."""

    __slots__ = ()

    @property
    def __default__(self):
        return self._default.get()

    def has_default(self):
        return self._default.value is not NoDefault

    def __reduce__(self):
        return self.__name__

    def __mro_entries__(self, bases):
        raise TypeError(f'Cannot subclass an instance of {type(self).__name__}')

    def __init_subclass__(cls, **kwargs):
        raise TypeError(f"type 'typing.{cls.__base__.__name__}' is not an acceptable base type")


def _final(cls):
    """Makes the class look as if it stood in typing, without its helper base in sight."""
    cls.__module__ = 'typing'
    cls.__qualname__ = cls.__name__
    return cls


def _variance_sign(parameter):
    if parameter.__infer_variance__:
        return ''
    return '+' if parameter.__covariant__ else '-' if parameter.__contravariant__ else '~'


def _check_variance(covariant, contravariant, infer_variance):
    if covariant and contravariant:
        raise ValueError('Bivariant types are not supported.')
    if infer_variance and (covariant or contravariant):
        raise ValueError('Variance cannot be specified with infer_variance.')


def _check_name(function, name):
    if not isinstance(name, str):
        raise TypeError(f"{function}() argument 'name' must be str, not {type(name).__name__}")


def _define():
    # The metaclass-free way to have a common base that refuses further subclasses: the base's
    # __init_subclass__ is switched on once the three classes exist.
    refuse = _Parameter.__dict__['__init_subclass__']
    del _Parameter.__init_subclass__

    class TypeVar(_Parameter):
        """Type variable."""

        __slots__ = ('__name__', '_bound', '_constraints', '__covariant__', '__contravariant__',
                     '__infer_variance__', '_default', '__dict__', '__weakref__')

        def __new__(cls, name, *constraints, bound=None, default=NoDefault, covariant=False,
                    contravariant=False, infer_variance=False):
            _check_name('typevar', name)
            covariant, contravariant = bool(covariant), bool(contravariant)
            infer_variance = bool(infer_variance)
            _check_variance(covariant, contravariant, infer_variance)
            if len(constraints) == 1:
                raise TypeError('A single constraint is not allowed')
            if bound is not None:
                bound = _typing()._type_check(bound, 'Bound must be a type.')
                if constraints:
                    raise TypeError('Constraints cannot be combined with bound=...')
            return _new_typevar(name, _Lazy(bound), _Lazy(constraints), covariant, contravariant,
                                infer_variance, _checked_default(default), _caller_module())

        @property
        def __bound__(self):
            return self._bound.get()

        @property
        def __constraints__(self):
            return self._constraints.get()

        def __repr__(self):
            return _variance_sign(self) + self.__name__

        def __or__(self, other):
            return _typing()._make_union(self, other)

        def __ror__(self, other):
            return _typing()._make_union(other, self)

        def __typing_subst__(self, arg):
            return _typing()._typevar_subst(self, arg)

        def __typing_prepare_subst__(self, alias, args):
            return _prepare_default(self, alias, args)

    class ParamSpec(_Parameter):
        """Parameter specification variable."""

        __slots__ = ('__name__', '__bound__', '__covariant__', '__contravariant__',
                     '__infer_variance__', '_default', '__dict__', '__weakref__')

        def __new__(cls, name, *, bound=None, default=NoDefault, covariant=False,
                    contravariant=False, infer_variance=False):
            _check_name('paramspec', name)
            covariant, contravariant = bool(covariant), bool(contravariant)
            infer_variance = bool(infer_variance)
            _check_variance(covariant, contravariant, infer_variance)
            if bound is not None:
                bound = _typing()._type_check(bound, 'Bound must be a type.')
            return _new_paramspec(name, bound, covariant, contravariant, infer_variance,
                                  _checked_default(default), _caller_module())

        @property
        def args(self):
            return ParamSpecArgs(self)

        @property
        def kwargs(self):
            return ParamSpecKwargs(self)

        def __repr__(self):
            return _variance_sign(self) + self.__name__

        def __or__(self, other):
            return _typing()._make_union(self, other)

        def __ror__(self, other):
            return _typing()._make_union(other, self)

        def __typing_subst__(self, arg):
            return _typing()._paramspec_subst(self, arg)

        def __typing_prepare_subst__(self, alias, args):
            return _typing()._paramspec_prepare_subst(self, alias, args)

    class TypeVarTuple(_Parameter):
        """Type variable tuple."""

        __slots__ = ('__name__', '_default', '__dict__', '__weakref__')

        def __new__(cls, name, *, default=NoDefault):
            _check_name('typevartuple', name)
            return _new_typevartuple(name, _checked_default(default), _caller_module())

        def __iter__(self):
            yield _typing().Unpack[self]

        def __repr__(self):
            return self.__name__

        def __typing_subst__(self, arg):
            raise TypeError('Substitution of bare TypeVarTuple is not supported')

        def __typing_prepare_subst__(self, alias, args):
            return _typing()._typevartuple_prepare_subst(self, alias, args)

    _Parameter.__init_subclass__ = refuse
    return _final(TypeVar), _final(ParamSpec), _final(TypeVarTuple)


TypeVar, ParamSpec, TypeVarTuple = _define()


def _prepare_default(parameter, alias, args):
    """Fills the parameter's default in where the arguments end before it."""
    parameters = alias.__parameters__
    position = parameters.index(parameter)
    count = len(args)
    if position < count:
        return args
    if position == count and parameter.has_default():
        return (*args, parameter.__default__)
    raise TypeError(f'Too few arguments for {alias}; actual {count}, expected at least {position + 1}')


def _set(self, name, value):
    object.__setattr__(self, name, value)


def _new_typevar(name, bound, constraints, covariant, contravariant, infer_variance, default,
                 module):
    self = object.__new__(TypeVar)
    self.__name__ = name
    self._bound = bound
    self._constraints = constraints
    self.__covariant__ = covariant
    self.__contravariant__ = contravariant
    self.__infer_variance__ = infer_variance
    self._default = default
    self.__module__ = module
    return self


def _new_paramspec(name, bound, covariant, contravariant, infer_variance, default, module):
    self = object.__new__(ParamSpec)
    self.__name__ = name
    self.__bound__ = bound
    self.__covariant__ = covariant
    self.__contravariant__ = contravariant
    self.__infer_variance__ = infer_variance
    self._default = default
    self.__module__ = module
    return self


def _new_typevartuple(name, default, module):
    self = object.__new__(TypeVarTuple)
    self.__name__ = name
    self._default = default
    self.__module__ = module
    return self


class ParamSpecArgs:
    """The args for a ParamSpec object."""

    __slots__ = ('__origin__', '__weakref__')

    def __init__(self, origin):
        self.__origin__ = origin

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return self.__origin__ == other.__origin__

    __hash__ = None

    def __repr__(self):
        return f'{self.__origin__.__name__}.args'

    def __mro_entries__(self, bases):
        raise TypeError('Cannot subclass an instance of ParamSpecArgs')

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type 'typing.ParamSpecArgs' is not an acceptable base type")


class ParamSpecKwargs:
    """The kwargs for a ParamSpec object."""

    __slots__ = ('__origin__', '__weakref__')

    def __init__(self, origin):
        self.__origin__ = origin

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return self.__origin__ == other.__origin__

    __hash__ = None

    def __repr__(self):
        return f'{self.__origin__.__name__}.kwargs'

    def __mro_entries__(self, bases):
        raise TypeError('Cannot subclass an instance of ParamSpecKwargs')

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type 'typing.ParamSpecKwargs' is not an acceptable base type")


class TypeAliasType:
    """Type alias, made by the type statement or by calling it."""

    __slots__ = ('__name__', '__type_params__', '_value', '__dict__', '__weakref__')

    def __new__(cls, name, value, *, type_params=()):
        if not isinstance(name, str):
            raise TypeError(f"typealias() argument 'name' must be str, not {type(name).__name__}")
        if not isinstance(type_params, tuple):
            raise TypeError('type_params must be a tuple')
        return _new_alias(name, type_params, _Lazy(value), _caller_module())

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type 'typing.TypeAliasType' is not an acceptable base type")

    @property
    def __value__(self):
        return self._value.get()

    @property
    def __parameters__(self):
        parameters = []
        for parameter in self.__type_params__:
            if isinstance(parameter, TypeVarTuple):
                parameters.extend(parameter)
            else:
                parameters.append(parameter)
        return tuple(parameters)

    def __getitem__(self, args):
        if not self.__type_params__:
            raise TypeError('Only generic type aliases are subscriptable')
        import types
        return types.GenericAlias(self, args)

    def __or__(self, other):
        return union(self, other)

    def __ror__(self, other):
        return union(other, self)

    def __repr__(self):
        return self.__name__

    def __reduce__(self):
        return self.__name__


def _new_alias(name, type_params, value, module):
    self = object.__new__(TypeAliasType)
    self.__name__ = name
    self.__type_params__ = type_params
    self._value = value
    self.__module__ = module
    return self


class Generic:
    """Abstract base class for generic types.

    On Python 3.12 and newer, generic classes implicitly inherit from
    Generic when they declare a parameter list after the class's name::

        class Mapping[KT, VT]:
            def __getitem__(self, key: KT) -> VT:
                ...
                # Etc.

    On older versions of Python, however, generic classes have to
    explicitly inherit from Generic.

    After a class has been declared to be generic, it can then be used as
    follows::

        def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default: VT) -> VT:
            try:
                return mapping[key]
            except KeyError:
                return default
    """

    __slots__ = ()

    @classmethod
    def __class_getitem__(cls, *args, **kwargs):
        return _typing()._generic_class_getitem(cls, *args, **kwargs)

    @classmethod
    def __init_subclass__(cls, *args, **kwargs):
        return _typing()._generic_init_subclass(cls, *args, **kwargs)


for _class in ParamSpecArgs, ParamSpecKwargs, TypeAliasType, Generic:
    _class.__module__ = 'typing'
join_unions(TypeAliasType)
for _class in (NoDefaultType, TypeVar, ParamSpec, TypeVarTuple, ParamSpecArgs, ParamSpecKwargs,
               TypeAliasType):
    seal(_class)
del _class


# What the interpreter calls for the syntax; the frame that asks is the parameter's scope.

def _make_typevar(name):
    return _new_typevar(name, _Lazy(None), _Lazy(()), False, False, True, _Lazy(NoDefault),
                        _caller_module())


def _make_typevar_with_bound(name, function):
    return _new_typevar(name, _Lazy(function=function), _Lazy(()), False, False, True,
                        _Lazy(NoDefault), _caller_module())


def _make_typevar_with_constraints(name, function):
    return _new_typevar(name, _Lazy(None), _Lazy(function=function), False, False, True,
                        _Lazy(NoDefault), _caller_module())


def _make_paramspec(name):
    return _new_paramspec(name, None, False, False, True, _Lazy(NoDefault), _caller_module())


def _make_typevartuple(name):
    return _new_typevartuple(name, _Lazy(NoDefault), _caller_module())


def _set_typeparam_default(parameter, function):
    parameter._default = _Lazy(function=function)
    return parameter


def _make_typealias(description):
    name, type_params, function = description
    return _new_alias(name, type_params or (), _Lazy(function=function), _caller_module())


def _subscript_generic(parameters):
    unpacked = tuple(_typing().Unpack[p] if isinstance(p, TypeVarTuple) else p for p in parameters)
    return _typing()._GenericAlias(Generic, unpacked)
