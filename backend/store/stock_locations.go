package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
)

const locationColumns = `SELECT l.id, l.name, COALESCE(c.id, 0), COALESCE(c.name, ''), l.rank, l.active, l.is_default, l.line1, l.line2, l.city, l.region, l.postal_code,
	l.country, l.serves, l.seq FROM location l LEFT JOIN channel c ON c.id = l.channel_id `

func scanLocation(rows *sql.Rows, l *inventory.Location) error {
	var serves string
	a := &l.Address
	return errors.Join(rows.Scan(&l.ID, &l.Name, &l.ChannelID, &l.Channel, &l.Rank, &l.Active, &l.Default, &a.Line1, &a.Line2, &a.City, &a.Region, &a.PostalCode,
		&a.Country, &serves, &l.Version), fromJSON(serves, &l.Serves))
}

// Locations lists where stock lies, in the order of routing; those that channels keep come last.
func (s *Store) Locations(ctx context.Context) ([]inventory.Location, error) {
	all, err := locationsBy(s.reading(ctx), `ORDER BY l.channel_id IS NOT NULL, NOT l.active, l.rank, l.id`)
	return all, classify("reading locations", err)
}

func locationsBy(q querier, condition string, args ...any) ([]inventory.Location, error) {
	rows, err := q.Query(locationColumns+condition, args...)
	all, err := collect(rows, err, scanLocation)
	for i := range all {
		if err == nil {
			all[i].Places, err = placesOf(q, all[i].ID)
		}
	}
	return all, err
}

// placesOf lists the places of connections that are a location of ours.
func placesOf(q querier, locationID int64) ([]inventory.ChannelPlace, error) {
	rows, err := q.Query(`SELECT p.connection_id, c.name, p.place, n.account FROM location_place p JOIN connection n ON n.id = p.connection_id
		JOIN channel c ON c.id = n.channel_id WHERE p.location_id = ? ORDER BY c.name, p.place`, locationID)
	return collect(rows, err, func(rows *sql.Rows, p *inventory.ChannelPlace) error {
		var text string
		var account channel.Account
		if err := errors.Join(rows.Scan(&p.ConnectionID, &p.Channel, &p.Place, &text), fromJSON(text, &account)); err != nil {
			return err
		}
		for _, at := range account.Locations {
			if at.ID == p.Place {
				p.Name = at.Name
			}
		}
		return nil
	})
}

func locationByID(q querier, id int64) (inventory.Location, error) {
	all, err := locationsBy(q, `WHERE l.id = ?`, id)
	if err == nil && len(all) == 0 {
		return inventory.Location{}, noLocation(fmt.Sprint(id))
	}
	if err != nil {
		return inventory.Location{}, err
	}
	return all[0], nil
}

// locationNamed finds an own location of ours by its name.
func locationNamed(q querier, name string) (inventory.Location, error) {
	all, err := locationsBy(q, `WHERE l.name = ?`, strings.TrimSpace(name))
	switch {
	case err != nil:
		return inventory.Location{}, err
	case len(all) == 0:
		return inventory.Location{}, noLocation(name)
	case all[0].ChannelID != inventory.Own:
		return all[0], fault.New(fault.Invalid, all[0].Channel+" keeps the stock of "+all[0].Name+" itself.", "Name a location of your own.").InField("location")
	}
	return all[0], nil
}

func noLocation(name string) error {
	return fault.New(fault.NotFound, fmt.Sprintf("There is no location %s.", name), "See the names with: tradepost locations list.").InField("location")
}

// LocationByName finds a location by its name.
func (s *Store) LocationByName(ctx context.Context, name string) (inventory.Location, error) {
	l, err := locationNamed(s.reading(ctx), name)
	return l, classify("reading locations", err)
}

// AddLocation makes a location: an own one, or the stock that a channel keeps for us.
func (s *Store) AddLocation(ctx context.Context, l inventory.Location) (made inventory.Location, err error) {
	l.Name = strings.TrimSpace(l.Name)
	err = s.Write(ctx, Urgent, func(tx *Tx) (err error) {
		if err := tx.fitsLocation(0, l.Name); err != nil {
			return err
		}
		kind := "own"
		if l.ChannelID != inventory.Own {
			kind = "channel"
		}
		tx.touch(Stock)
		l.ID, err = tx.Insert(`INSERT INTO location (name, kind, channel_id, rank, active, seq) VALUES (?, ?, ?, ?, 1, ?)`, l.Name, kind, idArg(l.ChannelID), l.Rank, tx.seq)
		if err != nil {
			return err
		}
		if made, err = tx.changeLocation(l.ID, inventory.LocationChange{Default: &l.Default, Address: &l.Address, Serves: &l.Serves, Places: &l.Places}); err != nil {
			return err
		}
		made.Channel = l.Channel
		return nil
	})
	return made, classify("making a location", err)
}

// fitsLocation refuses a name that is blank, or that of another location.
func (tx *Tx) fitsLocation(id int64, name string) error {
	if name == "" {
		return fault.New(fault.Invalid, "A location needs a name.", "Call it as you do.").InField("name")
	}
	known, err := tx.Number(`SELECT id FROM location WHERE name = ? AND id <> ?`, name, id)
	if err == nil && known != 0 {
		err = fault.New(fault.Conflict, fmt.Sprintf("There is a location called %s already.", name), "Give it another name.").InField("name")
	}
	return err
}

// ChangeLocation changes what is known of a location, over the version that the person saw (-1: any). One that is closed must be empty, or say where what lies
// there goes: the transfer that moves it is the second answer, 0 for none.
func (s *Store) ChangeLocation(ctx context.Context, id int64, c inventory.LocationChange, version int64) (changed inventory.Location, transfer int64, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) (err error) {
		was, err := locationByID(tx, id)
		if err != nil {
			return err
		}
		if err := expect(was.Version, version); err != nil {
			return err
		}
		if c.Active != nil && !*c.Active && was.Active {
			if transfer, err = tx.closeLocation(was, c.MoveTo); err != nil {
				return err
			}
		}
		changed, err = tx.changeLocation(id, c)
		return err
	})
	return changed, transfer, classify("changing a location", err)
}

// changeLocation writes what a person changes, and gives the location as it is now.
func (tx *Tx) changeLocation(id int64, c inventory.LocationChange) (l inventory.Location, err error) {
	tx.touch(Stock)
	tx.forgetStock() // who is asked first may be another
	if c.Default != nil {
		if err := tx.makeDefault(id, *c.Default); err != nil {
			return l, err
		}
	}
	if c.Places != nil {
		if err := tx.setPlaces(id, *c.Places); err != nil {
			return l, err
		}
	}
	if l, err = locationByID(tx, id); err != nil {
		return l, err
	}
	if c.Name != nil {
		l.Name = strings.TrimSpace(*c.Name)
		if err := tx.fitsLocation(id, l.Name); err != nil {
			return l, err
		}
	}
	put(&l.Rank, c.Rank)
	put(&l.Active, c.Active)
	put(&l.Address, c.Address)
	put(&l.Serves, c.Serves)
	if l.Serves, err = served(l.Serves); err != nil {
		return l, err
	}
	l.Version = tx.seq
	a := l.Address
	return l, tx.Exec(`UPDATE location SET name = ?, rank = ?, active = ?, line1 = ?, line2 = ?, city = ?, region = ?, postal_code = ?, country = ?, serves = ?, seq = ?
		WHERE id = ?`, l.Name, l.Rank, l.Active, a.Line1, a.Line2, a.City, a.Region, a.PostalCode, strings.ToUpper(a.Country), asJSON(l.Serves), tx.seq, id)
}

func put[T any](into *T, from *T) {
	if from != nil {
		*into = *from
	}
}

// served checks the countries and regions that a location serves.
func served(all []string) ([]string, error) {
	tidy := []string{}
	for _, s := range all {
		s = strings.ToUpper(strings.TrimSpace(s))
		country, region, regional := strings.Cut(s, "-")
		if len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || regional && region == "" {
			return nil, fault.New(fault.Invalid, fmt.Sprintf("%q is no country and no region of one.", s), "Write DE for a country, US-CA for a region.").InField("serves")
		}
		tidy = append(tidy, s)
	}
	return tidy, nil
}

// makeDefault makes a location the one that is meant where none is named, or no longer.
func (tx *Tx) makeDefault(id int64, is bool) error {
	if !is {
		return tx.Exec(`UPDATE location SET is_default = 0 WHERE id = ?`, id)
	}
	l, err := locationByID(tx, id)
	if err == nil && (l.ChannelID != inventory.Own || !l.Active) {
		err = fault.New(fault.Invalid, l.Name+" cannot be the usual location.", "Choose one of your own that is open.").InField("default")
	}
	return firstError(err, tx.Exec(`UPDATE location SET is_default = 0 WHERE is_default = 1`), tx.Exec(`UPDATE location SET is_default = 1 WHERE id = ?`, id))
}

// setPlaces says which places of connections are this location.
func (tx *Tx) setPlaces(id int64, places []inventory.ChannelPlace) error {
	if err := tx.Exec(`DELETE FROM location_place WHERE location_id = ?`, id); err != nil {
		return err
	}
	for _, p := range places {
		if err := tx.knownPlace(p); err != nil {
			return err
		}
		taken, err := tx.Number(`SELECT location_id FROM location_place WHERE connection_id = ? AND place = ?`, p.ConnectionID, p.Place)
		if err != nil {
			return err
		}
		if taken != 0 {
			return fault.New(fault.Conflict, fmt.Sprintf("The place %s is another location already.", p.Place), "Take it from that one first.").InField("places")
		}
		if err := tx.Exec(`INSERT INTO location_place (connection_id, place, location_id, seq) VALUES (?, ?, ?, ?)`, p.ConnectionID, p.Place, id, tx.seq); err != nil {
			return err
		}
	}
	return nil
}

// knownPlace refuses a place that a connection's account does not have.
func (tx *Tx) knownPlace(p inventory.ChannelPlace) error {
	var text string
	err := tx.QueryRow(`SELECT account FROM connection WHERE id = ?`, p.ConnectionID).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, fmt.Sprintf("There is no connection %d.", p.ConnectionID), "See: tradepost connections.").InField("places")
	}
	var account channel.Account
	if err := errors.Join(err, fromJSON(text, &account)); err != nil {
		return err
	}
	for _, at := range account.Locations {
		if at.ID == p.Place && !at.Theirs {
			return nil
		}
	}
	return fault.New(fault.Invalid, fmt.Sprintf("The connection has no place %q whose stock is yours to say.", p.Place), "Check the connection to read its places anew.").InField("places")
}

// closeLocation sees that nothing is left where no more is to be reserved: what lies there goes to another location by a transfer, which is the answer.
func (tx *Tx) closeLocation(l inventory.Location, moveTo string) (transfer int64, err error) {
	others, err := tx.Number(`SELECT count(*) FROM location WHERE id <> ? AND active AND channel_id IS NULL`, l.ID)
	if err != nil {
		return 0, err
	}
	switch {
	case others == 0 && l.ChannelID == inventory.Own:
		return 0, fault.New(fault.Conflict, l.Name+" is the only location that is open.", "Open or add another one first.").InField("active")
	case l.Default:
		return 0, fault.New(fault.Conflict, l.Name+" is the usual location.", "Make another one the usual one first.").InField("active")
	}
	rows, err := tx.Query(`SELECT variant_id, on_hand, incoming FROM stock_level WHERE location_id = ? AND (on_hand <> 0 OR reserved <> 0 OR incoming <> 0)`, l.ID)
	lying, err := collect(rows, err, func(rows *sql.Rows, v *inventory.Level) error { return rows.Scan(&v.VariantID, &v.OnHand, &v.Incoming) })
	if err != nil || len(lying) == 0 {
		return 0, err
	}
	if moveTo == "" {
		return 0, fault.New(fault.Conflict, fmt.Sprintf("Stock lies at %s, or is on its way there (products: %d).", l.Name, len(lying)),
			"Say where it goes (move it to another location), or transfer it first.").InField("active")
	}
	to, err := locationNamed(tx, moveTo)
	if err != nil {
		return 0, err
	}
	var lines []inventory.TransferDraftLine
	for _, v := range lying {
		if v.Incoming != 0 || v.OnHand < 0 {
			return 0, fault.New(fault.Conflict, "Something is on its way to "+l.Name+", or less than nothing lies there.", "Receive what is on its way, and count what is below zero.").InField("active")
		}
		lines = append(lines, inventory.TransferDraftLine{VariantID: v.VariantID, Quantity: v.OnHand})
	}
	return tx.moveAll(l, to, lines)
}
