package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
)

// Locations lists where stock lies, in the order of routing; those that channels keep come last.
func (s *Store) Locations(ctx context.Context) ([]inventory.Location, error) {
	rows, err := s.reading(ctx).Query(`SELECT l.id, l.name, COALESCE(c.id, 0), COALESCE(c.name, ''), l.rank, l.active, l.seq FROM location l
		LEFT JOIN channel c ON c.id = l.channel_id ORDER BY l.channel_id IS NOT NULL, NOT l.active, l.rank, l.id`)
	all, err := collect(rows, err, func(rows *sql.Rows, l *inventory.Location) error {
		return rows.Scan(&l.ID, &l.Name, &l.ChannelID, &l.Channel, &l.Rank, &l.Active, &l.Version)
	})
	return all, classify("reading locations", err)
}

// AddLocation makes a location: an own one, or the stock that a channel keeps for us.
func (s *Store) AddLocation(ctx context.Context, l inventory.Location) (inventory.Location, error) {
	l.Name, l.Active = strings.TrimSpace(l.Name), true
	if l.Name == "" {
		return l, fault.New(fault.Invalid, "A location needs a name.", "Call it as you do.").InField("name")
	}
	err := s.Write(ctx, Urgent, func(tx *Tx) (err error) {
		known, err := tx.Number(`SELECT id FROM location WHERE name = ?`, l.Name)
		if err != nil {
			return err
		}
		if known != 0 {
			return fault.New(fault.Conflict, fmt.Sprintf("There is a location called %s already.", l.Name), "Give it another name.").InField("name")
		}
		kind := "own"
		if l.ChannelID != inventory.Own {
			kind = "channel"
		}
		tx.touch(Stock)
		l.Version = tx.seq
		l.ID, err = tx.Insert(`INSERT INTO location (name, kind, channel_id, rank, active, seq) VALUES (?, ?, ?, ?, 1, ?)`, l.Name, kind, idArg(l.ChannelID), l.Rank, tx.seq)
		return err
	})
	return l, classify("making a location", err)
}
