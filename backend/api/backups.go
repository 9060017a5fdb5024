package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/workspace"
)

type backupStore interface {
	Backups() ([]workspace.Backup, error)
	Backup(ctx context.Context, reason workspace.Reason) (workspace.Backup, error)
	BackupTo(ctx context.Context, path string) (workspace.Backup, error)
	Examine(ctx context.Context) []workspace.Check
}

// Backup is a backup file. Verified means that the copy was opened and checked whole.
type Backup struct {
	Name     string  `json:"name"`
	Path     string  `json:"path"`
	Size     int64   `json:"size"`
	MadeAt   *string `json:"made_at" nullable:"false"`
	Verified bool    `json:"verified"`
	Reason   string  `json:"reason" enum:"daily,by_hand,before_migration,before_restore"`
}

type backupList struct {
	Backups []Backup `json:"backups"`
}

// Doctor is what the examination found.
type Doctor struct {
	OK     bool              `json:"ok"`
	Checks []workspace.Check `json:"checks"`
}

func (s *server) registerBackups(spec huma.API) {
	const tag = "Workspace"
	get(spec, "/api/v1/backups", about{"list-backups", "Backups, newest first", tag, "backups:read"}, s.backups)
	post(spec, "/api/v1/backups", http.StatusCreated, about{"back-up", "Back up now, verified", tag, "backups:write"}, s.backUp)
	get(spec, "/api/v1/doctor", about{"examine", "Check the whole database", tag, "backups:read"}, s.doctor)
}

func backupOf(b workspace.Backup) Backup {
	return Backup{b.Name, b.Path, b.Size, when(b.MadeAt), b.Verified, string(b.Reason)}
}

func (s *server) backups(context.Context, *none) (*reply[backupList], error) {
	all, err := s.Store.Backups()
	body := backupList{Backups: []Backup{}}
	for _, b := range all {
		body.Backups = append(body.Backups, backupOf(b))
	}
	return ok(body, err)
}

// backUp writes into the backups folder, or to a path of the person's own choice.
func (s *server) backUp(ctx context.Context, in *struct {
	Body *struct {
		Path string `json:"path,omitempty" doc:"Where to, on this computer; needs the scope files:path."`
	}
}) (*reply[Backup], error) {
	if in.Body == nil || in.Body.Path == "" {
		b, err := s.Store.Backup(ctx, workspace.ByHand)
		return ok(backupOf(b), err)
	}
	if err := lacking(ctx, "files:path"); err != nil {
		return nil, err
	}
	b, err := s.Store.BackupTo(ctx, in.Body.Path)
	return ok(backupOf(b), err)
}

func (s *server) doctor(ctx context.Context, _ *none) (*reply[Doctor], error) {
	body := Doctor{OK: true, Checks: s.Store.Examine(ctx)}
	for _, c := range body.Checks {
		body.OK = body.OK && c.OK
	}
	return ok(body, nil)
}
