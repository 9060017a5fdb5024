package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"tradepost/backend/commerce"
)

// EDITextsDue lists documents from before an instant that still have their texts, and that nothing needs them for: not those of open orders, of
// what waits in quarantine or for its acknowledgement, or is on its way.
func (s *Store) EDITextsDue(ctx context.Context, before commerce.Instant, limit int) ([]int64, error) {
	return s.idsDue(ctx, `SELECT d.id FROM edi_document d JOIN edi_text t ON t.document_id = d.id WHERE d.at < ?1 AND d.status <> 'waits'
		AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = d.order_id AND o.stage NOT IN ('shipped', 'cancelled'))
		AND NOT EXISTS (SELECT 1 FROM edi_delivery y WHERE y.document_id = d.id AND y.state IN ('prepared', 'sending'))
		AND NOT EXISTS (SELECT 1 FROM edi_interchange x WHERE x.id = d.interchange_id AND x.answered_at IS NULL AND x.undone_at IS NULL)
		ORDER BY d.id LIMIT ?2`, before, limit)
}

// EDIFilesDue lists files from before an instant that held nothing but EDI of which no text is left.
func (s *Store) EDIFilesDue(ctx context.Context, before commerce.Instant, limit int) ([]int64, error) {
	return s.idsDue(ctx, `SELECT f.id FROM file f WHERE f.received_at < ?1 AND f.purged_at IS NULL AND EXISTS (SELECT 1 FROM import i WHERE i.file_id = f.id)
		AND NOT EXISTS (SELECT 1 FROM import i WHERE i.file_id = f.id AND (i.kind <> 'edi' OR i.state NOT IN ('applied', 'undone', 'cancelled', 'failed')))
		AND NOT EXISTS (SELECT 1 FROM import i JOIN message m ON m.import_id = i.id WHERE i.file_id = f.id AND m.status = 'quarantined')
		AND NOT EXISTS (SELECT 1 FROM import i JOIN edi_document d ON d.import_id = i.id JOIN edi_text t ON t.document_id = d.id WHERE i.file_id = f.id)
		ORDER BY f.id LIMIT ?2`, before, limit)
}

func (s *Store) idsDue(ctx context.Context, query string, before commerce.Instant, limit int) ([]int64, error) {
	rows, err := s.reading(ctx).Query(query, int64(before), limit)
	ids, err := collect(rows, err, func(rows *sql.Rows, id *int64) error { return rows.Scan(id) })
	return ids, classify("looking for old EDI", err)
}

// PurgeEDIText empties a document's text.
func (tx *Tx) PurgeEDIText(documentID int64) error {
	tx.touch(Documents)
	return errors.Join(tx.Exec(`DELETE FROM edi_text WHERE document_id = ?`, documentID),
		tx.Exec(`UPDATE edi_document SET purged_at = ?, seq = ? WHERE id = ?`, int64(tx.now), tx.seq, documentID))
}

// PurgeEDIFile empties a file, and what is kept of its records. Its copy in the files folder is removed by SweepPurgedFiles.
func (tx *Tx) PurgeEDIFile(fileID int64) error {
	return errors.Join(
		tx.Exec(`UPDATE payload SET body = NULL, purged_at = ?1 WHERE body IS NOT NULL AND message_id IN (
			SELECT m.id FROM message m JOIN import i ON i.id = m.import_id WHERE i.file_id = ?2)`, int64(tx.now), fileID),
		tx.Exec(`UPDATE file SET content = NULL, purged_at = ?, seq = ? WHERE id = ?`, int64(tx.now), tx.seq, fileID))
}

type emptied struct {
	sum string
	at  commerce.Instant
}

// SweepPurgedFiles removes from the files folder what was emptied; what cannot be removed now is with the next.
func (s *Store) SweepPurgedFiles(ctx context.Context) error {
	rows, err := s.reading(ctx).Query(`SELECT sha256, purged_at FROM file WHERE purged_at IS NOT NULL AND size > ?`, inlineSize)
	all, err := collect(rows, err, func(rows *sql.Rows, f *emptied) error { return rows.Scan(&f.sum, &f.at) })
	for _, f := range all {
		path := filepath.Join(s.filesDir(), f.sum)
		if info, err := os.Stat(path); err == nil && info.ModTime().Before(f.at.Time()) { // a younger one is coming in again
			_ = os.Remove(path)
		}
	}
	return classify("looking for emptied files", err)
}
