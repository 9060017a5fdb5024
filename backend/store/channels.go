package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

const channelColumns = `id, name, kind, zone, currency, seq,
	(SELECT COALESCE(sum(n), 0) FROM order_count WHERE facet = 'stage' AND channel_id = channel.id),
	(SELECT max(placed_at) FROM orders WHERE channel_id = channel.id),
	(SELECT max(applied_at) FROM import WHERE channel_id = channel.id)`

func scanChannel(from scanner, c *channel.Channel) error {
	return from.Scan(&c.ID, &c.Name, &c.Kind, &c.Zone, &c.Currency, &c.Seq, &c.Orders, instant{&c.NewestOrderAt}, instant{&c.LastImportAt})
}

func channelKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// Channels lists all channels by name, but the one without.
func (s *Store) Channels(ctx context.Context) ([]channel.Channel, error) {
	rows, err := s.reading(ctx).Query(`SELECT ` + channelColumns + ` FROM channel WHERE name_key <> '' AND kind <> 'ledger' ORDER BY name_key`)
	all, err := collect(rows, err, func(rows *sql.Rows, c *channel.Channel) error { return scanChannel(rows, c) })
	return all, classify("reading channels", err)
}

// ChannelByName finds a channel, whatever the case of its name; the zero Channel when there is none.
func (s *Store) ChannelByName(ctx context.Context, name string) (channel.Channel, error) {
	return channelByName(s.reading(ctx), name)
}

func channelByName(q querier, name string) (c channel.Channel, err error) {
	err = scanChannel(q.QueryRow(`SELECT `+channelColumns+` FROM channel WHERE name_key = ?`, channelKey(name)), &c)
	if errors.Is(err, sql.ErrNoRows) {
		return channel.Channel{}, nil
	}
	return c, classify("reading channel", err)
}

// EnsureChannel finds a channel by name or makes it.
func (tx *Tx) EnsureChannel(name, kind string) (channel.Channel, error) {
	c, err := channelByName(tx, name)
	if err != nil || c.ID != 0 {
		return c, err
	}
	c = channel.Channel{Name: strings.TrimSpace(name), Kind: kind}
	return c, tx.InsertChannel(&c)
}

// InsertChannel writes a new channel and fills in its id. A name that is taken is a fault.Conflict.
func (tx *Tx) InsertChannel(c *channel.Channel) (err error) {
	tx.touch(Channels)
	taken, err := channelByName(tx, c.Name)
	if err != nil {
		return err
	}
	if taken.ID != 0 {
		return nameTaken(c.Name)
	}
	c.Seq = tx.seq
	c.ID, err = tx.Insert(`INSERT INTO channel (name, name_key, kind, zone, currency, created_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		c.Name, channelKey(c.Name), c.Kind, c.Zone, string(c.Currency), int64(tx.now), tx.seq)
	return err
}

func nameTaken(name string) error {
	return fault.New(fault.Conflict, "There is a channel called "+name+" already.", "Choose another name.").InField("name")
}

// AddChannel writes a new channel.
func (s *Store) AddChannel(ctx context.Context, c channel.Channel) (channel.Channel, error) {
	err := s.Write(ctx, Urgent, func(tx *Tx) error { return tx.InsertChannel(&c) })
	return c, err
}

// ReviseChannel writes name, zone and currency. ifSeq, unless negative, is the version the writer saw.
func (s *Store) ReviseChannel(ctx context.Context, c channel.Channel, ifSeq int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Channels)
		var seq int64
		if err := tx.QueryRow(`SELECT seq FROM channel WHERE id = ?`, c.ID).Scan(&seq); err != nil {
			return err
		}
		if err := expect(seq, ifSeq); err != nil {
			return err
		}
		taken, err := channelByName(tx, c.Name)
		if err != nil {
			return err
		}
		if taken.ID != 0 && taken.ID != c.ID {
			return nameTaken(c.Name)
		}
		return tx.Exec(`UPDATE channel SET name = ?, name_key = ?, zone = ?, currency = ?, seq = ? WHERE id = ?`,
			strings.TrimSpace(c.Name), channelKey(c.Name), c.Zone, string(c.Currency), tx.seq, c.ID)
	})
}

// Channel reads one channel.
func (s *Store) Channel(ctx context.Context, id int64) (c channel.Channel, err error) {
	err = scanChannel(s.reading(ctx).QueryRow(`SELECT `+channelColumns+` FROM channel WHERE id = ?`, id), &c)
	return c, classify("reading channel", err)
}
