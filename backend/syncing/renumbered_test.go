package syncing_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// packed lists what lies in shipments: "NUMBER pieces".
func (m *metered) packed() (all []string) {
	m.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(m.dir, "tradepost.db"))
	must(m.T, err)
	defer func() { _ = db.Close() }()
	rows, err := db.Query(`SELECT s.tracking, p.tracking, CAST(COALESCE(sum(i.quantity), 0) AS INTEGER) FROM shipment s JOIN package p ON p.shipment_id = s.id
		LEFT JOIN package_item i ON i.package_id = p.id GROUP BY s.id ORDER BY s.tracking, 3`)
	must(m.T, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var number, label string
		var pieces int
		must(m.T, rows.Scan(&number, &label, &pieces))
		if number != label {
			m.Errorf("the shipment is %s, its package %s", number, label)
		}
		all = append(all, fmt.Sprintf("%s %d", number, pieces))
	}
	must(m.T, rows.Err())
	return all
}

// look pulls once a minute has passed.
func (m *metered) look() {
	m.Helper()
	m.clock.move(time.Minute)
	m.pull(1)
}

// forget takes away what shipments are called by the channel, as in a workspace of before.
func (m *metered) forget() {
	m.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(m.dir, "tradepost.db"))
	must(m.T, err)
	defer func() { _ = db.Close() }()
	_, err = db.Exec(`DELETE FROM external_reference WHERE kind = 'shipment'`)
	must(m.T, err)
}

// TestANumberEditedAtTheVendorIsOneShipment edits tracking numbers of parcels there, also of some that were known by their number alone, and of two that
// swap theirs: no piece counts twice.
func TestANumberEditedAtTheVendorIsOneShipment(t *testing.T) {
	m := openMetered(t, 0, 1000, 100)
	id := m.shop.Order(m.shop.AddCustomer("Grete", "Beispiel", "grete@example.com"), []string{m.shop.AddVariant("MUG", "Mug", 1400, 9)}, 5)
	m.shop.Send(id, 2, "WRONG")
	m.look()
	m.shop.Send(id, 1, "SECOND")
	m.shop.Renumber(id, "RIGHT")
	m.look()
	holds := func(want ...string) {
		t.Helper()
		if is := m.packed(); !slices.Equal(is, want) {
			t.Fatalf("there are %s, expected %s", strings.Join(is, ", "), strings.Join(want, ", "))
		}
	}
	holds("RIGHT 2", "SECOND 1")
	m.forget()
	m.shop.Abroad(id) // changes something else of the order: known shipments are adopted
	m.shop.Send(id, 1, "THIRD")
	m.look()
	holds("RIGHT 2", "SECOND 1", "THIRD 1")
	m.shop.Renumber(id, "SECOND") // two parcels under one number
	m.look()
	holds("SECOND 1", "SECOND 2", "THIRD 1")
	m.shop.Renumber(id, "FIRST")
	m.look()
	holds("FIRST 2", "SECOND 1", "THIRD 1")
}
