#!/bin/sh
# The gate. It runs on every change, in a fresh checkout, before the change lands on the main branch.
# Exit 0 lets it land; anything else sends it back to the agent together with what was printed.
# Agents cannot change this file without your approval. Keep it strict, and as fast as you can.
# In its environment: TICKET_ID, TICKET_TITLE, AGENT_ID.
set -eu

# COMMANDS
