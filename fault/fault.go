// Package fault is the one set of error kinds that every floor of detour uses.
//
// An error carries a kind (what sort of trouble it is, which the edges turn into
// an exit code or an HTTP status) and, where it helps, a hint (what the user can
// do about it). Wrapping with fmt.Errorf("...: %w", err) keeps both.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of trouble an error is.
type Kind uint8

// The kinds. Internal is the zero value: an error that nobody classified is ours.
const (
	Internal Kind = iota
	BadInput
	NotFound
	Conflict
	NotAllowed
	Unavailable
)

// String gives the kind in words.
func (k Kind) String() string {
	switch k {
	case BadInput:
		return "bad input"
	case NotFound:
		return "not found"
	case Conflict:
		return "conflict"
	case NotAllowed:
		return "not allowed"
	case Unavailable:
		return "unavailable"
	default:
		return "internal"
	}
}

// Error is an error with a kind and, perhaps, a hint. It is immutable.
type Error struct {
	kind Kind
	hint string
	err  error
}

// Errorf makes an error of the kind; the format is fmt.Errorf's, %w included.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{kind: kind, err: fmt.Errorf(format, args...)}
}

// Hint returns a copy of the error with a hint for the user: one sentence, no full stop needed.
func (e *Error) Hint(format string, args ...any) *Error {
	return &Error{kind: e.kind, hint: fmt.Sprintf(format, args...), err: e.err}
}

// Error implements error; the hint is not part of the text.
func (e *Error) Error() string { return e.err.Error() }

// Unwrap gives the wrapped error.
func (e *Error) Unwrap() error { return e.err }

// KindOf gives the kind of the outermost classified error in err's chain, Internal if there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.kind
	}
	return Internal
}

// HintOf gives the first hint in err's chain, empty if there is none.
func HintOf(err error) string {
	for err != nil {
		var e *Error
		if !errors.As(err, &e) {
			return ""
		}
		if e.hint != "" {
			return e.hint
		}
		err = e.err
	}
	return ""
}

// ExitCode is the one table from kinds to exit codes of the command line; nil is 0.
func ExitCode(err error) int {
	if err == nil {
		return 0
	}
	switch KindOf(err) {
	case BadInput:
		return 2
	case NotFound:
		return 3
	case Conflict:
		return 4
	case NotAllowed:
		return 5
	case Unavailable:
		return 6
	default:
		return 70
	}
}
