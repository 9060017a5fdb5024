package spreadsheet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"tradepost/backend/tabular/scratch"
)

// table holds the shared strings. They lie in blocks of some strings each, blocks in chunks; the first chunks stay in
// memory, the others go into a file, of which the blocks read last are kept. So a table of any size costs bounded memory,
// apart from eight bytes a block.
type table struct {
	count  int
	blocks []place
	chunks [][]byte // nil where the file has it
	bases  []int64  // where the file has it
	held   int      // bytes of chunks in memory
	most   int      // how many there may be
	folder string   // where the file lies
	file   *os.File
	size   int64 // of the file
	cache  map[int][]byte
	order  [cachedBlocks]int // the blocks in the cache
	turn   int
}

type place struct{ chunk, at int32 }

const (
	blockStrings = 32
	chunkSize    = 256 << 10
	cachedBlocks = 2048
	largestCache = 64 << 10  // blocks beyond it are read each time
	tableMemory  = 32 << 20  // of strings held in memory
	maxStrings   = 200 << 20 // more than all cells that anybody fills
)

// add puts a string behind the others.
func (t *table) add(text []byte) error {
	if t.count%blockStrings == 0 {
		if err := t.beginBlock(); err != nil {
			return err
		}
	}
	if t.count++; t.count > maxStrings {
		return bomb(fmt.Sprintf("it has more than %d texts", maxStrings))
	}
	last := len(t.chunks) - 1
	t.chunks[last] = binary.AppendUvarint(t.chunks[last], uint64(len(text)))
	t.chunks[last] = append(t.chunks[last], text...)
	return nil
}

func (t *table) beginBlock() error {
	last := len(t.chunks) - 1
	if last < 0 || len(t.chunks[last]) >= chunkSize {
		if err := t.endChunk(); err != nil {
			return err
		}
		t.chunks = append(t.chunks, make([]byte, 0, chunkSize+chunkSize/8))
		t.bases = append(t.bases, 0)
		last++
	}
	t.blocks = append(t.blocks, place{int32(last), int32(len(t.chunks[last]))}) //nolint:gosec // a block is far smaller than its bounds
	return nil
}

// endChunk leaves a full chunk in memory while there is room, else writes it into the file.
func (t *table) endChunk() error {
	last := len(t.chunks) - 1
	if last < 0 {
		return nil
	}
	if t.held += cap(t.chunks[last]); t.held <= t.most {
		return nil
	}
	if t.file == nil {
		file, err := scratch.File(t.folder)
		if err != nil {
			return err
		}
		t.file = file
	}
	t.held -= cap(t.chunks[last])
	if _, err := t.file.Write(t.chunks[last]); err != nil {
		return fmt.Errorf("%w: writing texts aside: %w", errSource, err)
	}
	t.bases[last] = t.size
	t.size += int64(len(t.chunks[last]))
	t.chunks[last] = nil
	return nil
}

// appendTo appends a string of the table. ok is false when there is none of that number.
func (t *table) appendTo(to []byte, number int) (out []byte, ok bool, err error) {
	if number < 0 || number >= t.count {
		return to, false, nil
	}
	block, err := t.block(number / blockStrings)
	if err != nil {
		return to, false, err
	}
	for range number % blockStrings {
		size, n := binary.Uvarint(block)
		block = block[n+int(size):] //nolint:gosec // written by add
	}
	size, n := binary.Uvarint(block)
	return append(to, block[n:n+int(size)]...), true, nil //nolint:gosec // written by add
}

// block gives a block and what lies behind it.
func (t *table) block(n int) ([]byte, error) {
	at := t.blocks[n]
	if chunk := t.chunks[at.chunk]; chunk != nil {
		return chunk[at.at:], nil
	}
	if kept, ok := t.cache[n]; ok {
		return kept, nil
	}
	from := t.bases[at.chunk] + int64(at.at)
	text := make([]byte, t.blockEnd(n)-from)
	if _, err := t.file.ReadAt(text, from); err != nil {
		return nil, fmt.Errorf("%w: reading texts put aside: %w", errSource, err)
	}
	t.keep(n, text)
	return text, nil
}

func (t *table) blockEnd(n int) int64 {
	if n+1 < len(t.blocks) {
		if next := t.blocks[n+1]; next.chunk == t.blocks[n].chunk {
			return t.bases[next.chunk] + int64(next.at)
		}
	}
	if chunk := int(t.blocks[n].chunk) + 1; chunk < len(t.chunks) && t.chunks[chunk] == nil {
		return t.bases[chunk]
	}
	return t.size
}

func (t *table) keep(n int, text []byte) {
	if len(text) > largestCache {
		return
	}
	if t.cache == nil {
		t.cache = make(map[int][]byte, cachedBlocks)
	}
	if len(t.cache) >= cachedBlocks {
		delete(t.cache, t.order[t.turn])
	}
	t.order[t.turn], t.turn = n, (t.turn+1)%cachedBlocks
	t.cache[n] = text
}

func (t *table) close() error {
	if t.file == nil {
		return nil
	}
	file := t.file
	t.file = nil
	return scratch.Discard(file)
}

// texts reads the shared strings as far as cells refer to them: to know the first rows of a sheet not all are needed.
type texts struct {
	table table
	part  *part
	xml   *scanner
	value []byte
	ended bool
}

// texts begins reading the shared strings when the first is asked for.
func (b *Book) texts() (*texts, error) {
	if b.strings != nil {
		return b.strings, nil
	}
	t := &texts{table: table{most: tableMemory, folder: scratch.Folder(b.ctx)}}
	p, ok, err := b.open(b.shared)
	if err == nil && ok {
		t.part = p
		t.xml, err = newScanner(p)
	}
	t.ended = !ok
	b.strings = t
	return t, err
}

// appendTo appends a shared string. ok is false when there is none of that number.
func (t *texts) appendTo(to []byte, number int) (out []byte, ok bool, err error) {
	for number >= t.table.count && !t.ended {
		if err := t.next(); err != nil {
			return to, false, err
		}
	}
	return t.table.appendTo(to, number)
}

// next reads one more string, or finds the end of them.
func (t *texts) next() error {
	for {
		err := t.xml.next()
		switch {
		case errors.Is(err, errPartEnds):
			return t.end()
		case err != nil:
			return err
		case t.xml.kind == startTag && is(t.xml.name, "si"):
			if t.value, err = t.xml.richText(t.value[:0]); err != nil {
				return err
			}
			return t.table.add(tidy(t.value))
		case t.xml.kind != textRun && t.xml.depth == 0:
			return t.end()
		}
	}
}

func (t *texts) end() error {
	t.ended = true
	part := t.part
	t.part = nil
	return part.finish()
}

func (t *texts) close() error {
	if t.part != nil {
		_ = t.part.close()
	}
	return t.table.close()
}

// richText takes the text of the element (si or is) whose start tag the scanner stands on: its runs together, without
// the readings beside Chinese characters (rPh).
func (s *scanner) richText(to []byte) ([]byte, error) {
	if s.empty {
		return to, nil
	}
	for until := s.depth - 1; ; {
		if err := s.next(); err != nil {
			return to, cutOff(err)
		}
		switch {
		case s.kind == endTag && s.depth == until:
			return to, nil
		case s.kind != startTag:
		case is(s.name, "rPh"):
			if err := s.skip(); err != nil {
				return to, err
			}
		case is(s.name, "t"):
			var err error
			if to, err = s.element(to); err != nil {
				return to, err
			}
		}
		if len(to) > maxCellText {
			return to, damaged("a cell has a text of more than a million characters")
		}
	}
}

// element takes the text of the element whose start tag the scanner stands on. Blanks at its ends count only where the
// element says that they do.
func (s *scanner) element(to []byte) ([]byte, error) {
	if s.empty {
		return to, nil
	}
	keep := len(s.attrs) > 0 && s.attribute("space") == "preserve"
	from := len(to)
	for until := s.depth - 1; ; {
		if err := s.next(); err != nil {
			return to, cutOff(err)
		}
		if s.kind == textRun {
			to = s.characters(to)
		}
		if s.kind == endTag && s.depth == until {
			break
		}
	}
	if keep {
		return to, nil
	}
	return trim(to, from), nil
}

// trim drops the blanks at both ends of what stands in text behind from.
func trim(text []byte, from int) []byte {
	for len(text) > from && text[len(text)-1] <= ' ' {
		text = text[:len(text)-1]
	}
	start := from
	for start < len(text) && text[start] <= ' ' {
		start++
	}
	if start == from {
		return text
	}
	return append(text[:from], text[start:]...)
}
