package duckdb

import (
	"context"
	"errors"
	"strings"

	engine "github.com/duckdb/duckdb-go/v2"

	"detour/fault"
)

// trouble says of what kind an error of the engine is. The engine gives its errors a type, which does not tell whether a
// file is at fault or a statement of ours: the types that a wrong statement has are Internal, and the rest, which
// come up while segments are read or the spill is written, are Unavailable. Where the context has ended that is the
// reason, whatever failed for it.
func (s *Store) trouble(ctx context.Context, doing string, err error) error {
	if ended := ctx.Err(); ended != nil {
		return fault.Errorf(fault.Unavailable, "%s: %w", doing, ended)
	}
	what, _, _ := strings.Cut(err.Error(), "\n") // what follows quotes our own SQL, or names settings that are not the user's
	switch typeOf(err) {
	case engine.ErrorTypeConversion: // nothing is converted but sums, see castSQL
		return fault.Errorf(fault.BadInput, "%s: a sum leaves the range of 64-bit hundredths: %s", doing, what).Hint("ask for fewer months or areas at once")
	case engine.ErrorTypeOutOfMemory:
		return fault.Errorf(fault.Unavailable, "%s: %s", doing, what).
			Hint("give the engine more with --memory, ask for fewer months, areas or goods at once, or make room in %s, where what does not fit in memory goes", s.spill)
	case engine.ErrorTypeParser, engine.ErrorTypeSyntax, engine.ErrorTypeBinder, engine.ErrorTypeCatalog, engine.ErrorTypePlanner,
		engine.ErrorTypeNotImplemented, engine.ErrorTypeInternal, engine.ErrorTypeFatal:
		return fault.Errorf(fault.Internal, "%s: %s", doing, what)
	default:
		return fault.Errorf(fault.Unavailable, "%s: %s", doing, what).
			Hint("`detour data verify` names files of the lake that are absent or damaged; if there are none, see whether the disk of %s is full", s.spill)
	}
}

func typeOf(err error) engine.ErrorType {
	if e, ok := errors.AsType[*engine.Error](err); ok {
		return e.Type
	}
	return engine.ErrorTypeInvalid
}
