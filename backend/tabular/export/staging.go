package export

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"tradepost/backend/fault"
)

// Staging writes files beside their places and puts them there only when all are whole: a cancelled or failed export
// leaves nothing behind.
type Staging struct {
	folder string
	mu     sync.Mutex
	made   []*staged
}

type staged struct {
	*os.File
	temporary, place string
	done             bool
}

// NewStaging makes files for a folder, which must exist.
func NewStaging(folder string) *Staging { return &Staging{folder: folder} }

// Create makes a file that Commit will put in place under name.
func (s *Staging) Create(name string) (io.WriteCloser, error) {
	place := filepath.Join(s.folder, filepath.Base(name))
	file, err := os.CreateTemp(s.folder, ".tradepost-*.part")
	if err != nil {
		return nil, fault.Wrap(err, fault.Full, "Nothing can be written into the folder "+s.folder+".", "Check that it is there and may be written, or choose another.").InField("path")
	}
	made := &staged{File: file, temporary: file.Name(), place: place}
	s.mu.Lock()
	s.made = append(s.made, made)
	s.mu.Unlock()
	return made, nil
}

// Close makes the file whole on disk.
func (f *staged) Close() error { return errors.Join(f.Sync(), f.File.Close()) }

// Commit puts all files in place; a file of the same name is replaced.
func (s *Staging) Commit() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.made {
		if err := os.Rename(f.temporary, f.place); err != nil {
			return fault.Wrap(fmt.Errorf("putting file in place: %w", err), fault.Full, "The file "+f.place+" cannot be written.",
				"Close it if another program has it open, or choose another name.").InField("path")
		}
		f.done = true
	}
	return nil
}

// Discard removes what Commit did not put in place.
func (s *Staging) Discard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.made {
		if !f.done {
			_ = f.File.Close()
			_ = os.Remove(f.temporary)
		}
	}
	s.made = nil
}

// Places lists where files were or will be put.
func (s *Staging) Places() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, f := range s.made {
		all = append(all, f.place)
	}
	return all
}
