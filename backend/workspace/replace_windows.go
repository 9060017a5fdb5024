package workspace

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// replace renames from over to. Windows refuses while another process has to open, which readers of owner.json do for
// a moment only: so it tries again, for at most half a second.
func replace(from, to string) error {
	var err error
	for range 50 {
		err = os.Rename(from, to)
		if !errors.Is(err, windows.ERROR_SHARING_VIOLATION) && !errors.Is(err, windows.ERROR_ACCESS_DENIED) {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}
