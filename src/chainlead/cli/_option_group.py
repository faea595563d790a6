"""A group of options that several commands share, declared once."""

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints


def with_options(
    name: str, make: Callable[..., Any], **defaults: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a command take the options of `make`, and get what it makes as its argument `name`.

    Args:
        name: of the command's own keyword argument.
        make: each of its keyword arguments is an option, declared as for a command.
        defaults: of options whose default is another one for this command.
    """
    options = {
        parameter.name: parameter.replace(
            annotation=hint, default=defaults.get(parameter.name, parameter.default)
        )
        for parameter, hint in _parameters(make)
    }

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        def run(*args: Any, **given: Any) -> None:
            made = make(**{key: given.pop(key) for key in options})
            command(*args, **{name: made}, **given)

        own = [parameter.replace(annotation=hint) for parameter, hint in _parameters(command)]
        place = next(at for at, parameter in enumerate(own) if parameter.name == name)
        parameters = [*own[:place], *options.values(), *own[place + 1 :]]
        run.__name__, run.__doc__, run.__module__ = (
            command.__name__,
            command.__doc__,
            command.__module__,
        )
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        return run

    return decorate


def _parameters(function: Callable[..., Any]) -> list[tuple[inspect.Parameter, Any]]:
    hints = get_type_hints(function, include_extras=True)
    return [(each, hints[each.name]) for each in inspect.signature(function).parameters.values()]
