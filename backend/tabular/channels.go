package tabular

import (
	"context"
	"errors"
	"strings"

	"tradepost/backend/tabular/format"
)

// Tradepost's own exports name the channel of each order. That counts, whatever channel the import was given: orders of
// several channels in one file go back to where they are, and none is doubled.

// elsewhere reports whether a record says that it is of another channel than the import's.
func (i Import) elsewhere(record format.Record) bool {
	return record.Channel != "" && !strings.EqualFold(record.Channel, i.Channel)
}

// channels remembers the channels that records name, for as long as nothing is written.
type channels map[string]int64

// of is the import as it is about the record: in the record's own channel, which is 0 when it is new.
func (c channels) of(ctx context.Context, store Store, i Import, record format.Record) (Import, error) {
	if !i.elsewhere(record) {
		return i, nil
	}
	id, ok := c[record.Channel]
	if !ok {
		found, err := store.ChannelByName(ctx, record.Channel)
		if err != nil {
			return i, err
		}
		id = found.ID
		c[record.Channel] = id
	}
	i.ChannelID = id
	return i, nil
}

// in is the import as it is about the record, inside a write: the record's own channel is made when it is new.
func (i Import) in(tx Tx, record format.Record) (Import, error) {
	if !i.elsewhere(record) {
		return i, nil
	}
	target, err := tx.EnsureChannel(record.Channel, i.ChannelKind)
	i.ChannelID = target.ID
	return i, err
}

var errFirst = errors.New("first record read")

// firstChannel is the channel that the file's first record names, "" when none does.
func (im *Importer) firstChannel(ctx context.Context, fileID int64, recognition format.Recognition) (name string, err error) {
	if !recognition.NamesChannels {
		return "", nil
	}
	err = format.Read(ctx, im.source(fileID), recognition, format.Options{Format: recognition.Format}, func(record format.Record) error {
		name = record.Channel
		return errFirst
	})
	if errors.Is(err, errFirst) {
		err = nil
	}
	return name, err
}
