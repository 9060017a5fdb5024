package definition

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// Book is all definitions of one syntax as they were written: versions.txt, elements*.txt, segments*.txt and sets/*.txt
// of a folder. What a version has of them is compiled when it is first asked for.
type Book struct {
	versions []string
	elements []line
	segments []line
	sets     map[string][]line // by type, with the set line first

	mu          sync.Mutex
	directories map[string]*Directory
}

// Read reads the definitions in a folder. The first line of versions.txt lists the versions, oldest first.
func Read(files fs.FS, folder string) (*Book, error) {
	b := &Book{sets: map[string][]line{}, directories: map[string]*Directory{}}
	versions, err := fs.ReadFile(files, path.Join(folder, "versions.txt"))
	if err != nil {
		return nil, fmt.Errorf("reading versions: %w", err)
	}
	b.versions = strings.Fields(string(versions))
	if b.elements, err = readAll(files, path.Join(folder, "elements*.txt")); err != nil {
		return nil, err
	}
	if b.segments, err = readAll(files, path.Join(folder, "segments*.txt")); err != nil {
		return nil, err
	}
	sets, err := readAll(files, path.Join(folder, "sets", "*.txt"))
	if err != nil {
		return nil, err
	}
	return b, b.sortSets(sets)
}

func readAll(files fs.FS, pattern string) (all []line, err error) {
	names, err := fs.Glob(files, pattern)
	if err != nil {
		return nil, fmt.Errorf("listing definitions: %w", err)
	}
	slices.Sort(names)
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading definitions: %w", err)
		}
		lines, err := linesOf(name, string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, lines...)
	}
	return all, nil
}

// sortSets puts the lines of each set together: a set begins with "set TYPE label".
func (b *Book) sortSets(lines []line) error {
	kind := ""
	for _, l := range lines {
		if rest, isSet := strings.CutPrefix(l.text, "set "); isSet {
			kind, _ = word(rest)
			if b.sets[kind] != nil {
				return l.fault("set %s is defined twice", kind)
			}
		}
		if kind == "" {
			return l.fault("a file of sets begins with: set TYPE label")
		}
		b.sets[kind] = append(b.sets[kind], l)
	}
	return nil
}

// Versions lists the versions, oldest first.
func (b *Book) Versions() []string { return b.versions }

// Sets lists the types of sets, sorted.
func (b *Book) Sets() []string {
	types := make([]string, 0, len(b.sets))
	for kind := range b.sets {
		types = append(types, kind)
	}
	slices.Sort(types)
	return types
}

// Directory is what one version has. It is an error when the version is not known or a definition is written wrongly.
func (b *Book) Directory(version string) (*Directory, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if d := b.directories[version]; d != nil {
		return d, nil
	}
	at := slices.Index(b.versions, version)
	if at < 0 {
		return nil, fmt.Errorf("no definitions of version %q; there are %s", version, strings.Join(b.versions, ", "))
	}
	d, err := compile(b, version, at)
	if err != nil {
		return nil, fmt.Errorf("compiling definitions of %s: %w", version, err)
	}
	b.directories[version] = d
	return d, nil
}

// Knows reports whether there are definitions of a version.
func (b *Book) Knows(version string) bool { return slices.Contains(b.versions, version) }

// Directory is the elements, segments and sets of one version. It does not change once it is made.
type Directory struct {
	Version    string
	elements   map[string]*Element
	composites map[string]*Composite
	segments   map[string]*Segment
	sets       map[string]*Set
}

// Element finds an element by its number, nil when there is none.
func (d *Directory) Element(id string) *Element { return d.elements[id] }

// Segment finds a segment by its tag, nil when there is none.
func (d *Directory) Segment(tag string) *Segment { return d.segments[tag] }

// Set finds a set by its type, nil when there is none.
func (d *Directory) Set(kind string) *Set { return d.sets[kind] }

func compile(b *Book, version string, at int) (*Directory, error) {
	d := &Directory{Version: version, elements: map[string]*Element{}, composites: map[string]*Composite{},
		segments: map[string]*Segment{}, sets: map[string]*Set{}}
	c := &compiler{Directory: d, versions: b.versions, at: at}
	if err := c.readElements(b.elements); err != nil {
		return nil, err
	}
	for _, l := range b.segments {
		if err := c.readSegment(l); err != nil {
			return nil, err
		}
	}
	for kind, lines := range b.sets {
		if err := c.readSet(kind, lines); err != nil {
			return nil, err
		}
	}
	return d, nil
}
