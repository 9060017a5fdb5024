package store

import (
	"database/sql"
	"errors"
	"fmt"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/intake"
)

// customers keeps customers as files state them: known by the channel's id, else by e-mail, else by telephone. Their
// values live in one contact of their own; the contacts of their orders stay what the orders said.
type customers struct{ records }

const customerKind = "customer"

// Load reads a customer with their own contact; nil when there is none.
func (k customers) Load(id int64) (*intake.Known, error) {
	known := &intake.Known{ID: id, Values: map[string]string{}}
	var contactID int64
	err := k.q.QueryRow(`SELECT seq, COALESCE(contact_id, 0) FROM customer WHERE id = ?`, id).Scan(&known.Version, &contactID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil && contactID != 0 {
		known.Contact, err = presentContact(k.q, contactID)
	}
	if err != nil {
		return nil, err
	}
	for _, f := range customer.Fields {
		known.Values[f.Name] = *f.Of(&known.Contact)
	}
	known.Values["external_id"], err = k.referenceOf(customerKind, "id", id)
	known.Title = known.Values["external_id"]
	if known.Title == "" {
		known.Title = fmt.Sprintf("customer %d", id)
	}
	return known, err
}

func presentContact(q querier, id int64) (c customer.Contact, err error) {
	err = q.QueryRow(`SELECT id, version, `+contactColumns+` FROM contact WHERE id = ?`, id).Scan(append([]any{&c.ID, &c.Version}, contactFields(&c)...)...)
	return c, err
}

// Find finds a customer. One that carries another id of the channel's is another person, even with the same e-mail.
func (k customers) Find(s intake.Stated) (*intake.Known, error) {
	if known, err := k.own(s); known != nil || err != nil {
		return known, err
	}
	external, email, phone := s.Values["external_id"], s.Values["email"], customer.PhoneKey(s.Values["phone"])
	if external == "" && email == "" && phone == "" {
		return nil, &intake.UnfitError{Field: "email", Code: "missing", Message: "The row names no customer.", Expected: "an id, an e-mail address or a telephone number",
			Remedy: "Fill one of them in."}
	}
	id, err := k.byReference(customerKind, "id", external)
	if err != nil {
		return nil, err
	}
	for _, by := range []struct{ query, key string }{
		{`SELECT customer_id FROM contact WHERE email_key = ? AND email_key <> '' AND customer_id IS NOT NULL ORDER BY customer_id LIMIT 1`, commerce.EmailKey(email)},
		{`SELECT customer_id FROM contact WHERE phone_key = ? AND phone_key <> '' AND customer_id IS NOT NULL ORDER BY customer_id LIMIT 1`, phone},
	} {
		if id != 0 || by.key == "" {
			continue
		}
		if id, err = k.unlessOther(external, by.query, by.key); err != nil {
			return nil, err
		}
	}
	if id == 0 {
		return nil, nil
	}
	return k.Load(id)
}

// own finds the customer of our own number, where the record says of them what exports show. A customer of whom only orders
// tell is not given a contact of their own by being stated as they are shown.
func (k customers) own(s intake.Stated) (*intake.Known, error) {
	id := ownID(s)
	if id == 0 {
		return nil, nil
	}
	known, err := k.Load(id)
	if err != nil || known == nil {
		return nil, err
	}
	shown, err := k.shown(id)
	again := err == nil && repeats(s, shown)
	if err != nil || !again && !agree(s, shown, "email", "phone", "name", "company", "line1") {
		return nil, err
	}
	if again || known.Contact.ID != 0 {
		known.Shown = shown
	}
	return known, nil
}

// shown is what exports show of a customer: see EachCustomer.
func (k customers) shown(id int64) (map[string]string, error) {
	var contactID, toID int64
	err := k.q.QueryRow(`SELECT COALESCE(u.contact_id, (SELECT max(id) FROM contact WHERE customer_id = u.id), 0), COALESCE((SELECT t.contact_id FROM order_party t
		WHERE t.role = 'ship_to' AND t.order_id = (SELECT max(p.order_id) FROM contact c JOIN order_party p ON p.contact_id = c.id AND p.role = 'buyer'
		WHERE c.customer_id = u.id)), 0) FROM customer u WHERE u.id = ?`, id).Scan(&contactID, &toID)
	if err != nil || contactID == 0 {
		return nil, err
	}
	c, err := presentContact(k.q, contactID)
	if err == nil && toID != 0 {
		var to customer.Contact
		to, err = presentContact(k.q, toID)
		c = withAddress(c, to)
	}
	all := map[string]string{}
	for _, f := range customer.Fields {
		all[f.Name] = *f.Of(&c)
	}
	return all, err
}

func (k customers) unlessOther(external, query, key string) (int64, error) {
	id, err := k.q.Number(query, key)
	if id == 0 || err != nil {
		return 0, err
	}
	has, err := k.referenceOf(customerKind, "id", id)
	if external != "" && has != "" && has != external {
		return 0, err
	}
	return id, err
}

// Insert writes a customer with their own contact.
func (k customers) Insert(_ int64, s intake.Stated) (*intake.Known, []commerce.FieldChange, error) {
	k.tx.touch(Customers)
	id, err := k.tx.Insert(`INSERT INTO customer (created_at, seq) VALUES (?, ?)`, int64(k.tx.now), k.tx.seq)
	if err != nil {
		return nil, nil, err
	}
	var c customer.Contact
	for _, f := range customer.Fields {
		*f.Of(&c) = s.Values[f.Name]
	}
	if err := k.insertOwn(id, &c); err != nil {
		return nil, nil, err
	}
	if err := k.refer(customerKind, "id", id, s.Values["external_id"]); err != nil {
		return nil, nil, err
	}
	known, err := k.Load(id)
	return known, nil, err
}

// insertOwn writes the customer's own contact.
func (k customers) insertOwn(id int64, c *customer.Contact) error {
	if err := k.tx.insertContact(c, false); err != nil {
		return err
	}
	if err := k.tx.Exec(`UPDATE contact SET customer_id = ?, phone_key = ? WHERE id = ?`, id, customer.PhoneKey(c.Phone), c.ID); err != nil {
		return err
	}
	return k.tx.Exec(`UPDATE customer SET contact_id = ? WHERE id = ?`, c.ID, id)
}

// Set gives a customer new values, as a new version of their contact.
func (k customers) Set(runID int64, known *intake.Known, changes []commerce.FieldChange) error {
	k.tx.touch(Customers)
	next := known.Contact
	for _, c := range changes {
		if c.Field == "external_id" {
			if err := k.refer(customerKind, "id", known.ID, c.After); err != nil {
				return err
			}
		}
		for _, f := range customer.Fields {
			if f.Name == c.Field {
				*f.Of(&next) = c.After
			}
		}
		known.Values[c.Field] = c.After
	}
	if err := k.revise(known, next); err != nil {
		return err
	}
	known.Version = k.tx.seq
	if err := k.tx.Exec(`UPDATE customer SET seq = ? WHERE id = ?`, k.tx.seq, known.ID); err != nil {
		return err
	}
	return k.dropBlank(runID, known)
}

func (k customers) revise(known *intake.Known, next customer.Contact) (err error) {
	switch {
	case known.Contact.Same(next):
		return nil
	case known.Contact.ID == 0:
		err = k.insertOwn(known.ID, &next)
	default:
		if err = k.tx.reviseContact(known.Contact, &next); err == nil {
			err = k.tx.Exec(`UPDATE contact SET phone_key = ? WHERE id = ?`, customer.PhoneKey(next.Phone), next.ID)
		}
	}
	known.Contact = next
	return err
}

// dropBlank removes the own contact of a customer of whom only the orders know something again, once all is taken back.
func (k customers) dropBlank(runID int64, known *intake.Known) error {
	undo, err := k.undoing(runID)
	if err != nil || !undo || !known.Contact.Empty() || known.Contact.ID == 0 || known.Values["external_id"] != "" {
		return err
	}
	others, err := k.others(known)
	if err != nil || !others {
		return err
	}
	return k.dropOwn(known)
}

func (k customers) others(known *intake.Known) (others bool, err error) {
	err = k.q.QueryRow(`SELECT EXISTS (SELECT 1 FROM contact WHERE customer_id = ? AND id <> ?)`, known.ID, known.Contact.ID).Scan(&others)
	return others, err
}

func (k customers) dropOwn(known *intake.Known) error {
	if err := k.tx.Exec(`UPDATE customer SET contact_id = NULL WHERE id = ?`, known.ID); err != nil {
		return err
	}
	if err := k.tx.Exec(`DELETE FROM contact_version WHERE contact_id = ?`, known.Contact.ID); err != nil {
		return err
	}
	return k.tx.Exec(`DELETE FROM contact WHERE id = ?`, known.Contact.ID)
}

// Held tells whether orders name the customer as their buyer.
func (k customers) Held(known *intake.Known) (string, error) {
	others, err := k.others(known)
	if others {
		return "orders came in that name this customer", err
	}
	return "", err
}

// Delete removes a customer with their contact and all its versions.
func (k customers) Delete(_ int64, known *intake.Known) error {
	k.tx.touch(Customers)
	if err := k.tx.Exec(`DELETE FROM external_reference WHERE record_id = ? AND kind = 'customer'`, known.ID); err != nil {
		return err
	}
	if err := k.dropOwn(known); err != nil {
		return err
	}
	return k.tx.Exec(`DELETE FROM customer WHERE id = ?`, known.ID)
}
