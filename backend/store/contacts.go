package store

import (
	"database/sql"
	"errors"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/store/direct"
)

// insertContact writes a new contact and fills in its id.
func (tx *Tx) insertContact(c *customer.Contact, buyer bool) error {
	b := tx.batch()
	step := b.addContact(c, buyer)
	if err := b.run(); err != nil {
		return err
	}
	c.ID = b.Number(step)
	return nil
}

// addContact adds a new contact; a buyer with an e-mail address joins the customer who has it, or becomes one.
func (b *batch) addContact(c *customer.Contact, buyer bool) direct.Step {
	key := commerce.EmailKey(c.Email)
	joins := buyer && c.Email != ""
	var owner direct.Step
	if joins {
		owner = b.addCustomer(key)
	}
	c.Version = 1
	step := b.add(`INSERT INTO contact (version, customer_id, ` + contactColumns + `, email_key, seq)
		VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if joins {
		b.Of(owner)
	} else {
		b.Null()
	}
	b.contact(c)
	b.Text(key)
	b.Int(b.tx.seq)
	return step
}

// addCustomer adds the question whose address that is, and a new customer if it is nobody's.
func (b *batch) addCustomer(emailKey string) direct.Step {
	known := b.add(`SELECT customer_id FROM contact WHERE email_key = ? AND email_key <> '' AND customer_id IS NOT NULL LIMIT 1`)
	b.Text(emailKey)
	step := b.addUnless(known, `INSERT INTO customer (created_at, seq) VALUES (?, ?)`)
	b.Int(int64(b.tx.now))
	b.Int(b.tx.seq)
	return step
}

// contact adds the values in the order of contactColumns.
func (b *batch) contact(c *customer.Contact) {
	b.texts(c.Name, c.Company, c.Email, c.Phone, c.Line1, c.Line2, c.Line3, c.City, c.Region, c.PostalCode, c.Country, c.Note)
}

// reviseContact makes next the present version of the contact; the one before is kept.
func (tx *Tx) reviseContact(was customer.Contact, next *customer.Contact) error {
	err := tx.Exec(`INSERT INTO contact_version (contact_id, version, `+contactColumns+`, replaced_seq)
		SELECT id, version, `+contactColumns+`, ? FROM contact WHERE id = ?`, tx.seq, was.ID)
	if err != nil {
		return err
	}
	next.ID, next.Version = was.ID, was.Version+1
	b := tx.batch()
	b.add(`UPDATE contact SET version = ?, name = ?, company = ?, email = ?, phone = ?, line1 = ?, line2 = ?, line3 = ?,
		city = ?, region = ?, postal_code = ?, country = ?, note = ?, email_key = ?, seq = ? WHERE id = ?`)
	b.Int(next.Version)
	b.contact(next)
	b.Text(commerce.EmailKey(next.Email))
	b.Int(tx.seq)
	b.Int(next.ID)
	return b.run()
}

// ContactVersion reads what a contact was at a version; the zero Contact when that was purged or removed.
func (tx *Tx) ContactVersion(id, version int64) (customer.Contact, error) {
	return contactVersion(tx, id, version)
}

func contactVersion(q querier, id, version int64) (customer.Contact, error) {
	c := customer.Contact{ID: id, Version: version}
	err := q.QueryRow(`SELECT `+contactColumns+` FROM contact WHERE id = ? AND version = ?
		UNION ALL SELECT `+contactColumns+` FROM contact_version WHERE contact_id = ? AND version = ? LIMIT 1`,
		id, version, id, version).Scan(contactFields(&c)...)
	if errors.Is(err, sql.ErrNoRows) {
		return customer.Contact{}, nil
	}
	return c, err
}

func (tx *Tx) deleteContact(c customer.Contact) error {
	var customerID sql.NullInt64
	if err := tx.QueryRow(`SELECT customer_id FROM contact WHERE id = ?`, c.ID).Scan(&customerID); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM contact_version WHERE contact_id = ?`, c.ID); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM contact WHERE id = ?`, c.ID); err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM customer WHERE id = ? AND NOT EXISTS (SELECT 1 FROM contact WHERE customer_id = customer.id)`, customerID)
}
