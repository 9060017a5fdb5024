package tabular

import (
	"context"
	"fmt"
	"sync"

	"tradepost/backend/tabular/format"
)

// recognitions remembers what the last few files were found to be: finding out reads a file whole.
type recognitions struct {
	mu   sync.Mutex
	keys []string
	by   map[string]format.Recognition
}

const recognitionsKept = 8

func (r *recognitions) get(key string) (format.Recognition, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.by[key]
	return found, ok
}

func (r *recognitions) put(key string, recognition format.Recognition) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = map[string]format.Recognition{}
	}
	if len(r.keys) == recognitionsKept {
		delete(r.by, r.keys[0])
		r.keys = r.keys[1:]
	}
	r.keys = append(r.keys, key)
	r.by[key] = recognition
}

// recognise finds out what a kept file is, or reads it as the format asked for.
func (im *Importer) recognise(ctx context.Context, fileID int64, id string) (format.Recognition, error) {
	key := fmt.Sprintf("%d %s", fileID, id)
	if found, ok := im.known.get(key); ok {
		return found, nil
	}
	recognition, err := im.read(ctx, fileID, id)
	if err == nil {
		im.known.put(key, recognition)
		if own := fmt.Sprintf("%d %s", fileID, recognition.Format); own != key { // by that name the import asks for it
			im.known.put(own, recognition)
		}
	}
	return recognition, err
}

func (im *Importer) read(ctx context.Context, fileID int64, id string) (format.Recognition, error) {
	if rec, isEDI, err := im.ofEDI(ctx, fileID); isEDI || err != nil {
		return rec, err
	}
	if id == "" || id == "auto" {
		return format.Recognise(ctx, im.source(fileID))
	}
	return format.RecogniseAs(ctx, im.source(fileID), id)
}
