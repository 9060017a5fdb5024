package store

import (
	"context"
	"database/sql"
	"errors"
)

// ProductName reads by what people know a product: its title, and the handle that the channel has for it, else another.
// found is false when there is none of that id.
func (s *Store) ProductName(ctx context.Context, id, channelID int64) (title, handle string, found bool, err error) {
	err = s.reading(ctx).QueryRow(`SELECT p.title, COALESCE((SELECT r.value FROM external_reference r WHERE r.record_id = p.id AND r.kind = 'product'
		AND r.namespace = 'handle' ORDER BY r.channel_id = ? DESC, r.channel_id LIMIT 1), '') FROM product p WHERE p.id = ?`, channelID, id).Scan(&title, &handle)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", false, nil
	}
	return title, handle, err == nil, classify("reading product", err)
}
