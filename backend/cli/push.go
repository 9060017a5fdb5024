package cli

import "github.com/spf13/cobra"

func (s *shell) plans() *cobra.Command { return &cobra.Command{Use: "plans"} }
func (s *shell) push() *cobra.Command  { return &cobra.Command{Use: "push"} }
