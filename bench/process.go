package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"detour/fault"
)

// measure runs a program to its end, its output thrown away. What earlier runs wrote is on the disk before
// the clock starts, so that nobody pays for another's writing. GOMAXPROCS is the number of threads: the
// engine is given its own by a flag.
func measure(ctx context.Context, threads int, program string, args ...string) (Cost, error) {
	unix.Sync()
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // which program is measured is the caller's to say
	cmd.Env = append(cmd.Environ(), fmt.Sprintf("GOMAXPROCS=%d", threads))
	var said bytes.Buffer
	cmd.Stderr = &said
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return Cost{}, fault.Errorf(fault.Unavailable, "running %s %s: %w: %s", filepath.Base(program), few(args), err, strings.TrimSpace(said.String()))
	}
	return costOf(cmd.ProcessState, wall), nil
}

// costOf reads the kernel's account of an ended process.
func costOf(p *os.ProcessState, wall time.Duration) Cost {
	c := Cost{Wall: wall, CPU: p.UserTime() + p.SystemTime()}
	if u, ok := p.SysUsage().(*syscall.Rusage); ok {
		c.Peak = u.Maxrss * 1024 // Linux counts in KiB
	}
	return c
}

// few shortens a command line for a message.
func few(args []string) string {
	const most = 200
	s := strings.Join(args, " ")
	return s[:min(len(s), most)]
}
