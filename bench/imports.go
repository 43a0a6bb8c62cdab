package bench

import (
	"context"

	"detour/report"
)

func (b Bench) imports(ctx context.Context) ([]report.Block, error)   { return nil, nil }
func (b Bench) workbooks(ctx context.Context) ([]report.Block, error) { return nil, nil }
