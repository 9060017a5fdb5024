package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/thlib/go-timezone-local/tzlocal"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
)

// Setting reads a setting; "" when it was never set.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	var value string
	err := s.reading(ctx).QueryRow(`SELECT value FROM setting WHERE name = ?`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, classify("reading setting", err)
}

// Settings reads all settings and the commit sequence of the youngest.
func (s *Store) Settings(ctx context.Context) (values map[string]string, seq int64, err error) {
	values = map[string]string{}
	rows, err := s.reading(ctx).Query(`SELECT name, value, seq FROM setting`)
	if err != nil {
		return nil, 0, classify("reading settings", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name, value string
		var at int64
		if err := rows.Scan(&name, &value, &at); err != nil {
			return nil, 0, err
		}
		values[name], seq = value, max(seq, at)
	}
	return values, seq, rows.Err()
}

// SetSettings writes settings; a new zone recounts the daily totals in the same write. ifSeq, unless negative, is the
// commit sequence that Settings must still give (fault.Conflict otherwise).
func (s *Store) SetSettings(ctx context.Context, values map[string]string, ifSeq int64) error {
	before := s.Zone()
	zone, err := zoneOf(values["zone"])
	if err != nil {
		return err
	}
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Settings)
		if err := tx.expectSettings(ifSeq); err != nil {
			return err
		}
		if currency, stated := values[inventory.CurrencySetting]; stated {
			if err := tx.keepsCurrency(currency); err != nil {
				return err
			}
		}
		for name, value := range values {
			if err := tx.Exec(`INSERT INTO setting (name, value, seq) VALUES (?, ?, ?)
				ON CONFLICT (name) DO UPDATE SET value = excluded.value, seq = excluded.seq`, name, value, tx.seq); err != nil {
				return err
			}
		}
		if zone == nil {
			return nil
		}
		s.zone.Store(zone) // now: writes behind this one in the same group count by it
		return tx.recount(zone)
	})
	if err != nil {
		s.zone.Store(before)
	}
	return err
}

func (tx *Tx) expectSettings(ifSeq int64) error {
	if ifSeq < 0 {
		return nil
	}
	var seq int64
	if err := tx.QueryRow(`SELECT COALESCE(max(seq), 0) FROM setting`).Scan(&seq); err != nil {
		return err
	}
	return expect(seq, ifSeq)
}

// expect compares a record's commit sequence with the one a writer saw.
func expect(have, want int64) error {
	if want >= 0 && have != want {
		return fault.New(fault.Conflict, "This was changed meanwhile.", "Look at it again, then repeat your change.").InField("if-match")
	}
	return nil
}

func zoneOf(name string) (*time.Location, error) {
	if name == "" {
		return nil, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, fmt.Sprintf("%q is not a time zone.", name), "Use a name such as America/New_York.").InField("zone")
	}
	return zone, nil
}

// loadZone reads the workspace's zone.
func (s *Store) loadZone(ctx context.Context) error {
	name, err := s.Setting(ctx, "zone")
	if err != nil {
		return err
	}
	zone, err := zoneOf(name)
	if err != nil || zone == nil {
		zone = time.UTC
	}
	s.zone.Store(zone)
	return nil
}

// settleZone gives a new workspace this computer's zone, once: from then on it is a setting like any other, so that days
// do not move when the workspace is opened elsewhere.
func (s *Store) settleZone(ctx context.Context) error {
	name, err := s.Setting(ctx, "zone")
	if err != nil || name != "" {
		return err
	}
	return s.SetSettings(ctx, map[string]string{"zone": localZone()}, -1)
}

// settleCounts makes the read models anew where a migration emptied them.
func (s *Store) settleCounts(ctx context.Context) error {
	emptied, err := s.reading(ctx).Number(`SELECT NOT EXISTS (SELECT 1 FROM order_day) AND EXISTS (SELECT 1 FROM orders)`)
	if err != nil || emptied == 0 {
		return err
	}
	return s.Write(ctx, Urgent, func(tx *Tx) error { return tx.recount(tx.zone()) })
}

// localZone is the IANA name of this computer's zone; UTC when it cannot be told.
func localZone() string {
	name, err := tzlocal.RuntimeTZ()
	if err != nil || name == "Local" {
		return "UTC"
	}
	if _, err := time.LoadLocation(name); err != nil {
		return "UTC"
	}
	return name
}

// SettleMachine notes the computer that the workspace lives on. On another one than before all sending is paused until
// the person takes over: the one before may still be sending (invariant 13).
func (s *Store) SettleMachine(ctx context.Context, id string) error {
	was, err := s.Setting(ctx, "machine")
	if err != nil {
		return err
	}
	if was != id {
		values := map[string]string{"machine": id}
		if was != "" {
			values["sending_paused"] = pauseNote(s.now(), "moved")
		}
		if err := s.SetSettings(ctx, values, -1); err != nil {
			return err
		}
	}
	return s.holdIntents(ctx)
}

// holdIntents makes ready for the taking over of a workspace that was restored or moved, once for each time: what was approved may have been sent
// since, so its effect is looked for before it is sent; what was only proposed is planned anew; and no intent gets a key that another one may have had.
func (s *Store) holdIntents(ctx context.Context) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		n, err := tx.Number(`SELECT count(*) FROM setting p WHERE p.name = 'sending_paused' AND p.value <> ''
			AND NOT EXISTS (SELECT 1 FROM setting h WHERE h.name = 'intents_held' AND h.value = p.value)`)
		if err != nil || n == 0 {
			return err
		}
		tx.touch(Intents)
		for _, statement := range []string{
			`UPDATE intent SET state = 'unknown', claimed_by = '', lease_until = NULL, check_at = NULL WHERE state IN ('approved', 'sending')`,
			`UPDATE intent SET state = 'superseded', warning = 'The workspace was restored or moved: planned anew.' WHERE state = 'proposed'`,
			`UPDATE push_plan SET state = CASE WHEN EXISTS (SELECT 1 FROM intent i WHERE i.plan_id = push_plan.id AND i.state IN ('pending', 'unknown'))
				THEN 'approved' ELSE 'discarded' END WHERE state IN ('open', 'approved')`,
			`UPDATE connection SET shipped_seq = 0`,
			`UPDATE edi_delivery SET state = 'unknown' WHERE state IN ('prepared', 'sending')`,
			`UPDATE edi_partner SET next = next + 1000`,
			`INSERT INTO sqlite_sequence (name, seq) SELECT 'intent', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'intent')`,
			`UPDATE sqlite_sequence SET seq = seq + 1000000 WHERE name = 'intent'`,
			`INSERT INTO setting (name, value, seq) SELECT 'intents_held', value, 0 FROM setting WHERE name = 'sending_paused' AND true
				ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
		} {
			if err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	})
}
