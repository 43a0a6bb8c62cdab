package bench

import (
	"context"
	"fmt"
)

// bulkSQL writes a Comext bulk file: one month, all 27 reporters, every partner of the table below, both
// directions, in the order of Eurostat's files and with all 18 columns filled as there. Trade is thick
// between some pairs and thin between most; the codes are invented below real HS6 codes.
const bulkSQL = ``

func generateBulk(ctx context.Context, rows int, path string) error {
	return fmt.Errorf("TODO")
}
