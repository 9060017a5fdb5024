// Package workspace holds the folder of one merchant: where it lies, what its files are called, which process owns it,
// and how another process reaches that owner.
//
// One process at a time owns a workspace (DESIGN.md section 5). It holds a lock that the operating system drops when the
// process dies, and answers on a private socket that owner.json names. Whoever comes second sends its request there.
package workspace

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"

	"tradepost/backend/fault"
)

// The names inside of a workspace.
const (
	databaseName = "tradepost.db"
	searchName   = "search.db"
	filesName    = "files"
	backupsName  = "backups"
	lockName     = "lock"
	ownerName    = "owner.json"
	socketName   = "owner.sock"
	logName      = "tradepost.log"
)

const (
	folderMode = 0o700
	fileMode   = 0o600
)

// Dir is one workspace folder. Version is written into owner.json by an owner, so that another program can tell which
// Tradepost it talks to; set it before Lock.
type Dir struct {
	Version string
	path    string
}

// DefaultPath is where a workspace lies when nobody says otherwise: $XDG_DATA_HOME/tradepost, on Windows
// %LOCALAPPDATA%\tradepost, on macOS ~/Library/Application Support/tradepost.
func DefaultPath() string { return filepath.Join(xdg.DataHome, "tradepost") }

// Open finds or makes the workspace at path, and its folders. An empty path means DefaultPath, whose parents are made
// too; the parent of a path that a person typed must exist, so that a slip of the pen makes no empty workspace.
func Open(path string) (*Dir, error) {
	wanted, err := resolve(path)
	if err != nil {
		return nil, explain(err, "opening the workspace", path)
	}
	if path == "" {
		if err := os.MkdirAll(filepath.Dir(wanted), folderMode); err != nil {
			return nil, explain(err, "making the workspace's parent folder", filepath.Dir(wanted))
		}
	}
	dir := &Dir{path: wanted}
	return dir, dir.make()
}

func resolve(path string) (string, error) {
	if path == "" {
		path = DefaultPath()
	}
	return filepath.Abs(path)
}

// make creates what is missing: the workspace and its folders, readable by nobody else.
func (d *Dir) make() error {
	for _, folder := range []string{d.path, d.Files(), d.Backups()} {
		if err := makeFolder(folder); err != nil {
			return err
		}
	}
	return nil
}

func makeFolder(path string) error {
	err := os.Mkdir(path, folderMode)
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrExist) {
		return explain(err, "making the folder", path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return explain(err, "looking at the folder", path)
	}
	if !info.IsDir() {
		return fault.New(fault.Invalid, quoted(path)+" is a file, not a folder.",
			"Name another folder with --data, or move the file away.").InField("data")
	}
	return nil
}

// Path is the folder itself.
func (d *Dir) Path() string { return d.path }

// Database is the one file that matters: everything else here can be rebuilt or is kept beside it.
func (d *Dir) Database() string { return filepath.Join(d.path, databaseName) }

// Search is the derived search index.
func (d *Dir) Search() string { return filepath.Join(d.path, searchName) }

// Files is the folder of kept files that are too large for the database.
func (d *Dir) Files() string { return filepath.Join(d.path, filesName) }

// Backups is the folder of verified backups.
func (d *Dir) Backups() string { return filepath.Join(d.path, backupsName) }

// Log is the log file.
func (d *Dir) Log() string { return filepath.Join(d.path, logName) }

func (d *Dir) lockFile() string  { return filepath.Join(d.path, lockName) }
func (d *Dir) ownerFile() string { return filepath.Join(d.path, ownerName) }
func (d *Dir) socket() string    { return filepath.Join(d.path, socketName) }
