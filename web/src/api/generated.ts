// Written by scripts/generate-client.mjs from src/api: run it after each change there.

export interface paths {
  "/api/v1/summary": {
    /** How many checks have each status, and how Backproof itself is doing */
    get: {
      parameters: {
        query?: {
          source?: string;
          account?: string;
          type?: string;
          /** Some of ok, due, stale, missing, failed, error, paused: repeated, or with commas. */
          status?: ("ok" | "due" | "stale" | "missing" | "failed" | "error" | "paused")[];
          owner?: string;
          /** Part of the id or name, any case. */
          q?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Summary"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/checks": {
    /** Checks, the worst first */
    get: {
      parameters: {
        query?: {
          source?: string;
          account?: string;
          type?: string;
          /** Some of ok, due, stale, missing, failed, error, paused: repeated, or with commas. */
          status?: ("ok" | "due" | "stale" | "missing" | "failed" | "error" | "paused")[];
          owner?: string;
          /** Part of the id or name, any case. */
          q?: string;
          /** At most so many. */
          limit?: number;
          /** next_cursor of the page before. */
          cursor?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["CheckPage"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/checks/{id}": {
    /** One check */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Check"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/checks/{id}/recovery-points": {
    /** What could be restored, the newest first */
    get: {
      parameters: {
        query?: {
          /** At most so many. */
          limit?: number;
          since?: string;
        };
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["RecoveryPointList"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/checks/{id}/history": {
    /** How its status changed, the newest first */
    get: {
      parameters: {
        query?: {
          /** At most so many. */
          limit?: number;
        };
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["StatusChangeList"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/checks/{id}/pings": {
    /** What a job reported, the newest first */
    get: {
      parameters: {
        query?: {
          /** At most so many. */
          limit?: number;
        };
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["PingList"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/checks/{id}/pause": {
    /** Judge it no more until a given time */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": {
          /** When it ends by itself. */
          until?: string;
          for_seconds?: number;
          reason?: string | null;
        };
      } };
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Check"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/checks/{id}/resume": {
    /** End a pause now */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": Record<string, never> | null;
      } };
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Check"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/checks/{id}/look": {
    /** Look at its scope now */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": Record<string, never> | null;
      } };
      responses: {
        202: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Requested"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/incidents": {
    /** Incidents: the unresolved first, of these the gravest, then the newest */
    get: {
      parameters: {
        query?: {
          /** Some of open, acknowledged, resolved: repeated, or with commas. */
          state?: ("open" | "acknowledged" | "resolved")[];
          /** Some of info, warning, critical: repeated, or with commas. */
          severity?: ("info" | "warning" | "critical")[];
          /** Some of check, service, source: repeated, or with commas. */
          kind?: ("check" | "service" | "source")[];
          check?: string;
          service?: string;
          /** Those of the source itself, not of its checks. */
          source?: string;
          /** At most so many. */
          limit?: number;
          /** next_cursor of the page before. */
          cursor?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["IncidentPage"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/incidents/{id}": {
    /** One incident with its history and its messages */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["IncidentDetail"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/incidents/{id}/acknowledge": {
    /** Say that somebody is on it: reminders stop */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": {
          note?: string | null;
        } | null;
      } };
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Incident"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/incidents/{id}/resolve": {
    /** Close it by hand */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": {
          note?: string | null;
        } | null;
      } };
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Incident"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/drills": {
    /** Restores that were tried, the newest first */
    get: {
      parameters: {
        query?: {
          /** Its own, and those of the checks that prove its copies. */
          service?: string;
          check?: string;
          /** Some of failed, restored, verified: repeated, or with commas. */
          outcome?: ("failed" | "restored" | "verified")[];
          /** Also those that were withdrawn or replaced. */
          ended?: boolean;
          /** At most so many. */
          limit?: number;
          /** next_cursor of the page before. */
          cursor?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["DrillPage"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    /** Record a restore that was tried, or correct a record */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": {
          /** A UUID of your own: what is sent twice is recorded once. */
          id?: string;
          /** What was brought back as a whole. */
          service?: string | null;
          /** Whose recovery point was restored; alone, where no service is named. */
          check?: string | null;
          /** When it began. */
          at: string;
          /** Who did it; else whoever sends it. */
          by?: string | null;
          outcome: "failed" | "restored" | "verified";
          phases?: ({
            name: string;
            /** Else it began when the one before ended. */
            started_at?: string | null;
            seconds: number;
          })[];
          /** How long it took; else as long as its phases. */
          rta_seconds?: number | null;
          /** How much of the newest data was lost. */
          rpa_seconds?: number | null;
          checked?: (string)[];
          gaps?: (string)[];
          note?: string | null;
          /** The id of the record that this one corrects. */
          replaces?: string | null;
          /** Why it is corrected. */
          reason?: string | null;
        };
      } };
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Drill"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/drills/{id}": {
    /** One drill */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Drill"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/drills/{id}/withdraw": {
    /** Take a record back: it stays, and does not count any more */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": {
          reason: string;
          by?: string | null;
        };
      } };
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Drill"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/evidence/head": {
    /** Where the chain of evidence stands; null: nothing is in it */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": {
              head: components["schemas"]["EvidenceHead"] | null;
            };
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/services": {
    /** Services, the worst first */
    get: {
      parameters: {
        query?: {
          /** Part of the name, the owner or a label, any case. */
          q?: string;
          owner?: string;
          tier?: number;
          /** Some of pass, fail, unknown: repeated, or with commas. */
          outcome?: ("pass" | "fail" | "unknown")[];
          /** Some of info, warning, critical: repeated, or with commas. */
          severity?: ("info" | "warning" | "critical")[];
          /** At most so many. */
          limit?: number;
          /** next_cursor of the page before. */
          cursor?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["ServicePage"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/services/{name}": {
    /** One service: copies, findings, order, drills */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Service"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/services/{name}/runbook": {
    /** The recovery plan of one service, for people (html, markdown) or as blocks (json) */
    get: {
      parameters: {
        query?: {
          format?: "html" | "markdown" | "json";
        };
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Runbook"];
            "text/html": string;
            "text/markdown": string;
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/simulate": {
    /** What survives when all of this is lost at once, and in which order the rest comes back */
    get: {
      parameters: {
        query: {
          /** What is lost, all at once, as KIND:VALUE: provider, account, region, site, medium, credential, key, service, check. Repeat it. */
          lose: (string)[];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Simulation"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/losses": {
    /** All single losses, the most damaging first */
    get: {
      parameters: {
        query?: {
          /** Part of it, any case. */
          q?: string;
          /** Some of provider, account, region, site, medium, credential, key, service, check: repeated, or with commas. */
          kind?: ("provider" | "account" | "region" | "site" | "medium" | "credential" | "key" | "service" | "check")[];
          /** At most so many. */
          limit?: number;
          /** next_cursor of the page before. */
          cursor?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["LossPage"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/domains": {
    /** What can be lost as a whole: failure domains, credentials, keys, services, checks */
    get: {
      parameters: {
        query?: {
          /** Part of it, any case. */
          q?: string;
          /** Some of provider, account, region, site, medium, credential, key, service, check: repeated, or with commas. */
          kind?: ("provider" | "account" | "region" | "site" | "medium" | "credential" | "key" | "service" | "check")[];
          /** At most so many. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["DomainList"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/report": {
    /** Compliance over a period, as JSON, HTML, PDF, or a table as CSV */
    get: {
      parameters: {
        query?: {
          from?: string;
          to?: string;
          /** In place of from: 30d, 12w. */
          last?: string;
          /** Names or patterns with *. Repeat it. */
          service?: (string)[];
          /** Repeat it for several. */
          owner?: (string)[];
          /** Repeat it for several. */
          tier?: (string)[];
          format?: "json" | "html" | "pdf" | "csv";
          /** For CSV: which table. */
          table?: "services" | "copies" | "breaches" | "incidents" | "findings" | "drills" | "rules" | "controls" | "unwatched";
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Report"];
            "text/html": string;
            "application/pdf": string;
            "text/csv": string;
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/sources": {
    /** What is read, and how the last looks went */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["SourceList"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/sources/{name}/look": {
    /** Look at all its scopes now */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": Record<string, never> | null;
      } };
      responses: {
        202: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Requested"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/compliance": {
    /** What share of vaults, plans and resources is as it should be */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Compliance"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/costs": {
    /** What is paid for backups that protect nothing any more: an estimate */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Costs"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/channels": {
    /** Where messages go, and what waits there */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["ChannelList"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/channels/{name}/test": {
    /** Send a test message */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": Record<string, never> | null;
      } };
      responses: {
        202: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Queued"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/deliveries": {
    /** Messages in the outbox, the newest first */
    get: {
      parameters: {
        query?: {
          state?: "pending" | "delivered" | "dead";
          channel?: string;
          /** At most so many. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["DeliveryList"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/deliveries/{id}/retry": {
    /** Put a message that was given up back in the outbox */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** URL-encoded: it may hold slashes. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": Record<string, never> | null;
      } };
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Delivery"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/settings": {
    /** Sources, channels, services and routes, of the file and made here */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["SettingList"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/settings/{kind}/{name}": {
    /** Make or change one, or (dry_run) only check it */
    put: {
      parameters: {
        query?: {
          /** Only checks it. */
          dry_run?: boolean;
        };
        header?: never;
        path: {
          kind: "source" | "service" | "channel" | "route";
          name: string;
        };
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": {
          /** Its settings, as they stand below its name in the file. "[secret]" keeps a secret. */
          yaml: string;
        };
      } };
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Setting"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    /** Delete one that was made here */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          kind: "source" | "service" | "channel" | "route";
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Setting"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
  "/api/v1/session": {
    /** Whether a login is needed, and who is asking */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Session"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    /** Log in with the password */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: {
        "application/json": {
          password: string;
        };
      } };
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Session"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    /** Log out */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: { [name: string]: unknown };
          content: {
            "application/json": components["schemas"]["Session"];
          };
        };
        default: {
          headers: { [name: string]: unknown };
          content: {
            "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
  };
}

export interface components {
  schemas: {
    /** What went wrong, in plain words. */
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      errors?: ({
        field: string;
        message: string;
        line?: number;
        column?: number;
        suggestion?: string;
        allowed?: (string)[];
      })[];
    };
    /** The status of a check. */
    Status: "ok" | "due" | "stale" | "missing" | "failed" | "error" | "paused";
    /** How grave it is. */
    Severity: "info" | "warning" | "critical";
    /** How many checks have each status. */
    StatusSummary: {
      total: number;
      ok: number;
      due: number;
      stale: number;
      missing: number;
      failed: number;
      error: number;
      paused: number;
    };
    /** Why something could not be read, and what to do about it. */
    Fault: {
      kind: "denied" | "credentials" | "not-found" | "locked" | "throttled" | "timeout" | "network" | "unreadable" | "tool" | "clock" | "internal";
      message: string;
      advice: string | null;
    };
    /** What a backup protects. Names come from outside: show them as text, never as markup. */
    Resource: {
      id: string;
      name: string;
      provider: string | null;
      account: string | null;
      region: string | null;
    };
    /** One protected resource and one kind of backup, as it was last judged. */
    Check: {
      id: string;
      source: string;
      scope: string;
      type: string;
      resource: components["schemas"]["Resource"];
      status: components["schemas"]["Status"];
      severity: components["schemas"]["Severity"] | null;
      /** When this status began. */
      since: string;
      reason: string;
      detail: string | null;
      /** The time up to which data can be recovered. */
      last_recovery_point_at: string | null;
      age_seconds: number | null;
      threshold_seconds: number | null;
      /** The setting that the threshold comes from. */
      threshold_from: string;
      /** When the newest good recovery point passes its threshold. */
      deadline_at: string | null;
      /** When this status turns by itself. */
      changes_at: string | null;
      owner: string | null;
      tier: number | null;
      services: (string)[];
      tags: { [key: string]: string };
      paused: {
        until: string;
        by: string;
        reason: string | null;
      } | null;
      last_look_at: string;
      first_seen_at: string;
      /** When it was last seen to be gone; null: it is there. */
      retired_at: string | null;
      running_since: string | null;
      point_count: number;
      newest_failure: {
        at: string;
        reason: string;
      } | null;
      /** Why the last look could not see it; null: it could. */
      fault: components["schemas"]["Fault"] | null;
    };
    /** One thing that could be restored. */
    RecoveryPoint: {
      id: string;
      recoverable_to: string;
      completed_at: string | null;
      size_bytes: number | null;
      state: "complete" | "pending" | "failed" | "implausible";
      problem: string | null;
      first_seen_at: string;
      gone_at: string | null;
    };
    /** A check went from one status to another. */
    StatusChange: {
      at: string;
      from: components["schemas"]["Status"] | null;
      to: components["schemas"]["Status"];
      reason: string;
    };
    /** One report of a job. */
    Ping: {
      id: string;
      at: string;
      kind: "success" | "start" | "fail" | "log";
      run_id: string | null;
      exit_status: number | null;
      body: string | null;
      remote: string | null;
    };
    /** The part of a source that is read whole or not at all. */
    Scope: {
      id: string;
      name: string;
      status: "never" | "complete" | "failed";
      last_started_at: string | null;
      last_complete_at: string | null;
      last_failed_at: string | null;
      took_seconds: number | null;
      /** Failed looks in a row. */
      failures: number;
      next_look_at: string;
      fault: components["schemas"]["Fault"] | null;
    };
    /** A place that Backproof reads (pull), or that reports by itself (push: no scopes). */
    Source: {
      name: string;
      type: string;
      mode: "pull" | "push";
      every_seconds: number | null;
      owner: string | null;
      tags: { [key: string]: string };
      /** Where it stands in the configuration. */
      defined_at: string;
      summary: components["schemas"]["StatusSummary"];
      next_look_at: string | null;
      scopes: (components["schemas"]["Scope"])[];
      /** Of what tells by itself that something has happened; null: sources of this type do not. */
      events: {
        /** Why they can not be fetched from their queue; null: they can, or there is none. */
        trouble: string | null;
        /** The last messages that were not taken, newest first, since this instance has started. */
        refused: ({
          at: string;
          kind: "sns" | "eventbridge" | "sqs";
          outcome: string;
          detail: string;
          remote: string | null;
        })[];
      } | null;
    };
    /** Where messages go; the address is without its secrets. */
    Channel: {
      name: string;
      type: string;
      address: string;
      pending: number;
      dead: number;
      delivered: number;
      last_error: string | null;
      last_error_at: string | null;
    };
    /** How this instance itself is doing; a part that is null is well. */
    Health: {
      ok: boolean;
      database: string | null;
      scheduler: string | null;
      configuration: string | null;
      last_cycle_at: string | null;
    };
    /** The state of everything that matches the filters, on one page. */
    Summary: {
      generated_at: string;
      version: string;
      summary: components["schemas"]["StatusSummary"];
      facets: {
        sources: (string)[];
        accounts: (string)[];
        types: (string)[];
        owners: (string)[];
      };
      incidents: {
        open: number;
        acknowledged: number;
      };
      health: components["schemas"]["Health"];
    };
    /** Who is asking. as: local is an instance without login, which answers this machine only. */
    Session: {
      login_required: boolean;
      logged_in: boolean;
      as: "local" | "session" | "token" | "command" | null;
      name: string | null;
      expires_at: string | null;
    };
    /** How many scopes will be looked at now. */
    Requested: {
      requested: number;
    };
    /** One page: hand next_cursor back as cursor to read on; null: that was all. */
    CheckPage: {
      items: (components["schemas"]["Check"])[];
      next_cursor: string | null;
    };
    /** The newest first, at most `limit`; truncated: there are more. */
    RecoveryPointList: {
      items: (components["schemas"]["RecoveryPoint"])[];
      truncated: boolean;
    };
    /** The newest first, at most `limit`; truncated: there are more. */
    StatusChangeList: {
      items: (components["schemas"]["StatusChange"])[];
      truncated: boolean;
    };
    /** The newest first, at most `limit`; truncated: there are more. */
    PingList: {
      items: (components["schemas"]["Ping"])[];
      truncated: boolean;
    };
    /** All sources. */
    SourceList: {
      items: (components["schemas"]["Source"])[];
    };
    /** All channels. */
    ChannelList: {
      items: (components["schemas"]["Channel"])[];
    };
    /** What an incident is about: the id of a check, or the name of a service or source. */
    Subject: {
      kind: "check" | "service" | "source";
      name: string;
    };
    /** One trouble of one check, service or source, from its first sight to its end. */
    Incident: {
      id: string;
      subject: components["schemas"]["Subject"];
      /** Null: it is about no check. */
      check: string | null;
      type: "BACKUP_DUE" | "BACKUP_STALE" | "BACKUP_MISSING" | "BACKUP_FAILED" | "CHECK_ERROR" | "POINT_IN_FUTURE" | "NOTIFICATIONS_MISSING" | "DELETION_ALLOWED" | "LOCK_MISSING" | "KEY_UNUSABLE" | "COPY_FAILED" | "MOMENTS_DIFFER" | "PLAN_SELECTS_NOTHING" | "PLAN_TARGET_GONE" | "PLAN_RETENTION" | "UNPROTECTED" | "SOURCE_MASS_CHANGE" | "SERVICE_RPO" | "SERVICE_COPIES" | "SERVICE_OFF_SITE" | "SERVICE_COPIES_STRICT" | "SERVICE_IMMUTABILITY" | "SERVICE_ENCRYPTION" | "SERVICE_KEY_ACCESS" | "SERVICE_APP_CONSISTENCY" | "SERVICE_RETENTION" | "SERVICE_DRILL_RECENCY" | "SERVICE_RTO" | "SERVICE_RESTORE_ORDER" | "SERVICE_OWNERSHIP" | "SERVICE_DOMAINS" | "SERVICE_CONTRADICTIONS" | "SERVICE_SHRINKAGE";
      rule: string;
      severity: components["schemas"]["Severity"];
      state: "open" | "acknowledged" | "resolved";
      reason: string;
      /** What to do about it; null: the reason says it. */
      advice: string | null;
      /** Of a service or source; that of a check stands at the check. */
      owner: string | null;
      tier: number | null;
      /** When the job ended whose failure it tells of, where that is known. */
      failed_at: string | null;
      /** From failed_at to opened_at. */
      detected_after_seconds: number | null;
      opened_at: string;
      acknowledged_at: string | null;
      acknowledged_by: string | null;
      resolved_at: string | null;
      resolved_by: string | null;
    };
    /** Something that happened to an incident; by: null is Backproof itself. */
    IncidentEvent: {
      id: string;
      kind: "opened" | "escalated" | "eased" | "acknowledged" | "resolved" | "superseded" | "reminder" | "note";
      at: string;
      severity: components["schemas"]["Severity"];
      reason: string;
      by: string | null;
    };
    /** A message in the outbox of one channel. dead: given up until somebody retries it. */
    Delivery: {
      id: string;
      channel: string;
      state: "pending" | "delivered" | "dead";
      attempts: number;
      created_at: string;
      /** Null once it is delivered or dead. */
      next_attempt_at: string | null;
      finished_at: string | null;
      last_error: string | null;
      test: boolean;
      items: ({
        incident: string;
        subject: components["schemas"]["Subject"];
        check: string | null;
        kind: "opened" | "escalated" | "eased" | "acknowledged" | "resolved" | "superseded" | "reminder" | "note";
        at: string;
        severity: components["schemas"]["Severity"];
        reason: string;
      })[];
      /** What happened beyond items, which the message only counts. */
      omitted: number;
    };
    /** An incident with its history (oldest first), its messages, and its check as it is now. */
    IncidentDetail: {
      id: string;
      subject: components["schemas"]["Subject"];
      /** Null: it is about no check. */
      check: string | null;
      type: "BACKUP_DUE" | "BACKUP_STALE" | "BACKUP_MISSING" | "BACKUP_FAILED" | "CHECK_ERROR" | "POINT_IN_FUTURE" | "NOTIFICATIONS_MISSING" | "DELETION_ALLOWED" | "LOCK_MISSING" | "KEY_UNUSABLE" | "COPY_FAILED" | "MOMENTS_DIFFER" | "PLAN_SELECTS_NOTHING" | "PLAN_TARGET_GONE" | "PLAN_RETENTION" | "UNPROTECTED" | "SOURCE_MASS_CHANGE" | "SERVICE_RPO" | "SERVICE_COPIES" | "SERVICE_OFF_SITE" | "SERVICE_COPIES_STRICT" | "SERVICE_IMMUTABILITY" | "SERVICE_ENCRYPTION" | "SERVICE_KEY_ACCESS" | "SERVICE_APP_CONSISTENCY" | "SERVICE_RETENTION" | "SERVICE_DRILL_RECENCY" | "SERVICE_RTO" | "SERVICE_RESTORE_ORDER" | "SERVICE_OWNERSHIP" | "SERVICE_DOMAINS" | "SERVICE_CONTRADICTIONS" | "SERVICE_SHRINKAGE";
      rule: string;
      severity: components["schemas"]["Severity"];
      state: "open" | "acknowledged" | "resolved";
      reason: string;
      /** What to do about it; null: the reason says it. */
      advice: string | null;
      /** Of a service or source; that of a check stands at the check. */
      owner: string | null;
      tier: number | null;
      /** When the job ended whose failure it tells of, where that is known. */
      failed_at: string | null;
      /** From failed_at to opened_at. */
      detected_after_seconds: number | null;
      opened_at: string;
      acknowledged_at: string | null;
      acknowledged_by: string | null;
      resolved_at: string | null;
      resolved_by: string | null;
      events: (components["schemas"]["IncidentEvent"])[];
      deliveries: (components["schemas"]["Delivery"])[];
      current_check: components["schemas"]["Check"] | null;
    };
    /** One page: hand next_cursor back as cursor to read on; null: that was all. */
    IncidentPage: {
      items: (components["schemas"]["Incident"])[];
      next_cursor: string | null;
    };
    /** The newest first, at most `limit`; truncated: there are more. */
    DeliveryList: {
      items: (components["schemas"]["Delivery"])[];
      truncated: boolean;
    };
    /** Messages that were queued. */
    Queued: {
      deliveries: (components["schemas"]["Delivery"])[];
    };
    /** How many backups are kept as they should be, of each source that can say. */
    Compliance: {
      items: ({
        source: string;
        /** 0 to 1: (well + good) / (kept + backed_up). */
        rate: number;
        /** Vaults, plans and regions that conditions are told of. */
        kept: number;
        /** Those of them of which no condition fails or is unknown. */
        well: number;
        /** Resources that are backed up and not paused. */
        backed_up: number;
        /** Those of them that are ok or due. */
        good: number;
        conditions: ({
          type: "NOTIFICATIONS_MISSING" | "DELETION_ALLOWED" | "LOCK_MISSING" | "KEY_UNUSABLE" | "COPY_FAILED" | "MOMENTS_DIFFER" | "PLAN_SELECTS_NOTHING" | "PLAN_TARGET_GONE" | "PLAN_RETENTION" | "UNPROTECTED";
          pass: number;
          fail: number;
          unknown: number;
        })[];
      })[];
    };
    /** What is paid for backups that protect nothing any more: an estimate. */
    Costs: {
      usd_per_month: number;
      /** What may be said of the sum: at least and at most do not add up to either. */
      bound: "at-least" | "at-most" | "about";
      prices: ({
        what: string;
        usd_per_gib_month: number;
        /** Whose price it is; null: it is meant for all. */
        region: string | null;
        /** Regions whose own price is not known. */
        stands_in_for: (string)[];
        from: string;
      })[];
      items: ({
        source: string;
        /** orphaned: of what is gone (volumes; databases; what AWS Backup protected). expiring: of what is gone, but deleted by itself. stale: of what has had no good backup for long; it may be kept on purpose. */
        kind: "orphaned-snapshots" | "stale-snapshots" | "orphaned-db-snapshots" | "orphaned-recovery-points" | "expiring-recovery-points" | "stale-recovery-points";
        /** Of the tag "owner"; null: nobody says. */
        owner: string | null;
        account: string | null;
        region: string | null;
        points: number;
        resources: number;
        /** Points whose size or price is not known: they are not in the sum. */
        unpriced: number;
        bytes: number;
        /** at-least: more comes on top. at-most: some of it may not be paid for, or not in vain. about: both, or an estimate. */
        bound: "at-least" | "at-most" | "about";
        usd_per_month: number;
        as_of: string;
      })[];
    };
    /** failed: nothing usable came back; restored: data came back; verified: and was found right. */
    DrillOutcome: "failed" | "restored" | "verified";
    /** A restore that was tried, as it went. Names and words come from outside: show them as text, never as markup. */
    Drill: {
      id: string;
      /** What was brought back as a whole; null: the data of a check alone. */
      service: string | null;
      /** Whose recovery point was restored; null: nobody says. */
      check: string | null;
      /** When it began. */
      at: string;
      by: string;
      /** hand: a person told of it; source: a place that is read did; backproof: we did it. */
      origin: "hand" | "source" | "backproof";
      outcome: components["schemas"]["DrillOutcome"];
      phases: ({
        name: string;
        started_at: string | null;
        seconds: number;
      })[];
      /** Recovery time actual: how long it took until all was back. */
      rta_seconds: number | null;
      /** Recovery point actual: how much of the newest data was lost. */
      rpa_seconds: number | null;
      /** What was looked at to find the data right. */
      checked: (string)[];
      /** What was found wrong with the procedure. */
      gaps: (string)[];
      note: string | null;
      recorded_at: string;
      recorded_by: string;
      /** The record that this one corrects. */
      replaces: string | null;
      /** Since when it does not count any more: withdrawn, or replaced by another; null: it counts. */
      ended: {
        at: string;
        by: string;
        reason: string;
        replaced_by: string | null;
      } | null;
    };
    /** One page of drills, the newest first: hand next_cursor back as cursor to read on; null: that was all. */
    DrillPage: {
      items: (components["schemas"]["Drill"])[];
      next_cursor: string | null;
    };
    /** Where the chain of evidence stands. Kept elsewhere, it tells later whether the chain still holds it. */
    EvidenceHead: {
      /** The number and the hash of the last entry: for backproof evidence verify --expect. */
      head: string;
      chain: string;
      seq: number;
      hash: string;
      at: string;
      /** The last entry that signs all before it; null: nothing is signed. */
      checkpoint: {
        seq: number;
        at: string;
      } | null;
    };
    /** Where something lies: what is lost as a whole. Null: nobody says. */
    FailureDomain: {
      provider: string | null;
      account: string | null;
      region: string | null;
      site: string | null;
      medium: string | null;
      credential: string | null;
    };
    /** How far recovery is proven, each rung more than the one before. */
    Rung: "job-ran" | "exists" | "readable" | "restored" | "verified" | "within-rto";
    /** One service in a line. Names come from outside: show them as text, never as markup. */
    ServiceSummary: {
      name: string;
      tier: number | null;
      owner: string | null;
      labels: { [key: string]: string };
      /** The worst of its findings that are not accepted; pass: nothing is wrong or unknown. */
      outcome: "pass" | "fail" | "unknown";
      /** Of the gravest failure; null: nothing fails. */
      severity: components["schemas"]["Severity"] | null;
      /** Findings by outcome; waived: accepted for a while. */
      counts: {
        pass: number;
        fail: number;
        unknown: number;
        waived: number;
      };
      /** The gravest that fail and are not accepted, at most three. */
      failing_rules: (string)[];
      ladder: {
        /** The highest that is proven; null: none is. */
        rung: components["schemas"]["Rung"] | null;
        since: string | null;
        next: {
          rung: components["schemas"]["Rung"];
          needs: string;
        } | null;
      };
      /** 3-2-1: three copies with production, two media or systems, one off-site. */
      marks: {
        three: "pass" | "fail" | "unknown";
        two: "pass" | "fail" | "unknown";
        one: "pass" | "fail" | "unknown";
      };
      copy_counts: {
        declared: number;
        proven: number;
        unknown: number;
        absent: number;
      };
      /** Up to when the newest proven copy goes. */
      recoverable_to: string | null;
      age_seconds: number | null;
      rpo_seconds: number | null;
      rpo_outcome: "pass" | "fail" | "unknown" | "not-applicable";
      rto_seconds: number | null;
      rto_outcome: "pass" | "fail" | "unknown" | "not-applicable";
      /** How long the last timed restore took; null: none was timed. */
      rta_seconds: number | null;
      rta_at: string | null;
    };
    /** One backup of a service. proven: read whole and good; absent: read whole and not there. */
    ServiceCopy: {
      title: string;
      type: string;
      location: string | null;
      standing: "proven" | "unknown" | "absent";
      /** Why it is not proven. */
      why: string | null;
      recoverable_to: string | null;
      age_seconds: number | null;
      /** Its own limit, where that is not the RPO. */
      max_age_seconds: number | null;
      domain: components["schemas"]["FailureDomain"];
      /** Where it lies otherwise than it is declared to. */
      contradictions: ({
        kind: "provider" | "account" | "region" | "site" | "medium" | "credential";
        declared: string;
        real: string;
        check: string;
      })[];
      immutable: boolean | null;
      offline: boolean | null;
      encryption: string | null;
      keys: (string)[];
      /** How its checks are named; null: it names none. */
      bound_to: string | null;
      checks: ({
        id: string;
        name: string;
        type: string;
        status: components["schemas"]["Status"];
        recoverable_to: string | null;
        /** What its store says of who can delete it; null: no source has seen any lock. */
        locked: {
          how: string;
          until: string | null;
        } | null;
      })[];
      /** Of all; checks holds the first hundred. */
      check_count: number;
    };
    /** What one rule says of one service. */
    ServiceFinding: {
      rule: string;
      /** What the rule asks, in a few words. */
      asks: string;
      outcome: "pass" | "fail" | "unknown" | "not-applicable";
      severity: components["schemas"]["Severity"] | null;
      reason: string;
      advice: string | null;
      waived_until: string | null;
      waived_by: string | null;
      changes_at: string | null;
      evidence: { [key: string]: unknown };
    };
    /** One service with all that is known of it. */
    Service: {
      name: string;
      tier: number | null;
      owner: string | null;
      labels: { [key: string]: string };
      /** The worst of its findings that are not accepted; pass: nothing is wrong or unknown. */
      outcome: "pass" | "fail" | "unknown";
      /** Of the gravest failure; null: nothing fails. */
      severity: components["schemas"]["Severity"] | null;
      /** Findings by outcome; waived: accepted for a while. */
      counts: {
        pass: number;
        fail: number;
        unknown: number;
        waived: number;
      };
      /** The gravest that fail and are not accepted, at most three. */
      failing_rules: (string)[];
      ladder: {
        /** The highest that is proven; null: none is. */
        rung: components["schemas"]["Rung"] | null;
        since: string | null;
        next: {
          rung: components["schemas"]["Rung"];
          needs: string;
        } | null;
      };
      /** 3-2-1: three copies with production, two media or systems, one off-site. */
      marks: {
        three: "pass" | "fail" | "unknown";
        two: "pass" | "fail" | "unknown";
        one: "pass" | "fail" | "unknown";
      };
      copy_counts: {
        declared: number;
        proven: number;
        unknown: number;
        absent: number;
      };
      /** Up to when the newest proven copy goes. */
      recoverable_to: string | null;
      age_seconds: number | null;
      rpo_seconds: number | null;
      rpo_outcome: "pass" | "fail" | "unknown" | "not-applicable";
      rto_seconds: number | null;
      rto_outcome: "pass" | "fail" | "unknown" | "not-applicable";
      /** How long the last timed restore took; null: none was timed. */
      rta_seconds: number | null;
      rta_at: string | null;
      method: string | null;
      data_class: string | null;
      /** Where people read how it is recovered. */
      runbook: string | null;
      standard: "3-2-1" | "3-2-1-1-0";
      production: components["schemas"]["FailureDomain"];
      copies: (components["schemas"]["ServiceCopy"])[];
      findings: (components["schemas"]["ServiceFinding"])[];
      waivers: ({
        rule: string;
        reason: string;
        owner: string;
        until: string;
        /** idle: there is nothing that it accepts. */
        state: "in-force" | "idle" | "ended";
      })[];
      keys: ({
        name: string;
        holders: (string)[];
        where: string | null;
        last_rehearsed_at: string | null;
      })[];
      order: {
        /** 1 comes back first. */
        position: number;
        /** Services of one wave can be restored at the same time. */
        wave: number;
        waits_for: ({
          name: string;
          tier: number | null;
          /** false: no service is called so. */
          declared: boolean;
        })[];
        waited_for_by: ({
          name: string;
          tier: number | null;
          /** false: no service is called so. */
          declared: boolean;
        })[];
        /** Of all; waited_for_by holds the first two hundred. */
        waited_for_by_count: number;
        /** They wait for each other in a circle. */
        cycle: (string)[] | null;
      };
      drill_every_seconds: number;
      /** The newest ten, the newest first. */
      drills: ({
        id: string;
        at: string;
        by: string;
        /** The check that was restored alone; null: the service as a whole. */
        part: string | null;
        outcome: "failed" | "restored" | "verified";
        rta_seconds: number | null;
        rpa_seconds: number | null;
        gaps: (string)[];
      })[];
    };
    /** One page of services, the worst first: hand next_cursor back as cursor to read on; null: that was all. */
    ServicePage: {
      generated_at: string;
      /** What to know of how this was found, in sentences. */
      remarks: (string)[];
      /** All services that there are, by their outcome. */
      summary: {
        services: number;
        pass: number;
        fail: number;
        unknown: number;
      };
      facets: {
        owners: (string)[];
        tiers: (number)[];
      };
      /** How many match the filters. */
      matching: number;
      items: (components["schemas"]["ServiceSummary"])[];
      next_cursor: string | null;
    };
    /** A recovery plan, block by block. */
    Runbook: {
      title: string;
      blocks: ({
        kind: "heading";
        level: number;
        text: string;
      } | {
        kind: "paragraph";
        text: string;
      } | {
        kind: "list";
        ordered: boolean;
        items: (string)[];
      } | {
        kind: "table";
        head: (string)[];
        rows: ((string)[])[];
      } | {
        kind: "code";
        lines: (string)[];
      })[];
    };
    /** Seconds of each state: together they are the period. Shares are parts of 1. */
    ReportTime: {
      seconds: {
        within: number;
        breached: number;
        /** It could not be read, or nothing proves it. */
        unknown: number;
        paused: number;
        /** Backproof itself was not at work, and no recovery point proves it. */
        unwatched: number;
        /** Before the first record, or the record was removed. */
        unrecorded: number;
        /** Before it was first seen: not counted. */
        absent: number;
      };
      /** Within, by all but absent. */
      share: number | null;
      /** Within, by within and breached. */
      share_of_known: number | null;
    };
    /** One service over the period, and its findings as of now. */
    ReportService: {
      name: string;
      tier: number | null;
      owner: string | null;
      rpo_seconds: number | null;
      rto_seconds: number | null;
      /** Null: it has no RPO. */
      rpo: components["schemas"]["ReportTime"] | null;
      breaches: {
        count: number;
        seconds: number;
        longest_seconds: number;
        list: ({
          from: string;
          to: string;
          seconds: number;
          ongoing: boolean;
        })[];
        omitted: number;
      };
      incidents: {
        /** Unresolved at some time of the period. */
        count: number;
        opened: number;
        critical: number;
        /** At the end of the period. */
        unresolved: number;
        acknowledged: number;
        acknowledge_seconds: {
          mean: number;
          longest: number;
        } | null;
        resolved: number;
        resolve_seconds: {
          mean: number;
          longest: number;
        } | null;
        list: ({
          id: string;
          subject: string;
          type: string;
          severity: components["schemas"]["Severity"];
          reason: string;
          opened_at: string;
          acknowledged_at: string | null;
          acknowledge_seconds: number | null;
          acknowledged_by: string | null;
          resolved_at: string | null;
          resolve_seconds: number | null;
          resolved_by: string | null;
        })[];
        omitted: number;
      };
      ladder: {
        rung: "job-ran" | "exists" | "readable" | "restored" | "verified" | "within-rto" | null;
        since: string | null;
        next: "job-ran" | "exists" | "readable" | "restored" | "verified" | "within-rto" | null;
        needs: string | null;
      };
      copies: ({
        title: string;
        standing: "proven" | "unknown" | "absent";
        why: string | null;
        recoverable_to: string | null;
        domain: components["schemas"]["FailureDomain"];
        limit_seconds: number | null;
        /** Held against its own limit. */
        time: components["schemas"]["ReportTime"] | null;
        checks: (string)[];
      })[];
      findings: ({
        rule: string;
        outcome: "pass" | "fail" | "unknown" | "not-applicable";
        severity: components["schemas"]["Severity"] | null;
        reason: string;
        advice: string | null;
        waiver: {
          reason: string;
          owner: string;
          until: string;
        } | null;
      })[];
      drills: ({
        at: string;
        by: string;
        origin: "hand" | "source" | "backproof";
        outcome: "failed" | "restored" | "verified";
        part: string | null;
        rta_seconds: number | null;
        rpa_seconds: number | null;
        gaps: (string)[];
      })[];
    };
    /** Compliance over a period: evidence for an auditor, and no certificate. */
    Report: {
      schema: string;
      generated_at: string;
      instance: string;
      version: string;
      period: {
        from: string;
        to: string;
        judged_to: string;
      };
      selection: {
        services: (string)[];
        owners: (string)[];
        tiers: (number)[];
      };
      watch: {
        /** Since when there is a record; null: there is none. */
        recorded_from: string | null;
        unwatched_seconds: number;
        gaps: ({
          from: string;
          to: string;
          seconds: number;
        })[];
        gaps_omitted: number;
        scopes: ({
          scope: string;
          source: string;
          status: "never" | "failed";
          since: string | null;
          seconds: number | null;
          fault: string | null;
        })[];
        checks_without_service: number;
      };
      totals: {
        services: number;
        services_without_rpo: number;
        rpo: components["schemas"]["ReportTime"] | null;
        breaches: {
          count: number;
          seconds: number;
          longest_seconds: number;
        };
        incidents: {
          /** Unresolved at some time of the period. */
          count: number;
          opened: number;
          critical: number;
          /** At the end of the period. */
          unresolved: number;
          acknowledged: number;
          acknowledge_seconds: {
            mean: number;
            longest: number;
          } | null;
          resolved: number;
          resolve_seconds: {
            mean: number;
            longest: number;
          } | null;
        };
        findings: {
          pass: number;
          fail: number;
          unknown: number;
          waived: number;
        };
        drills: number;
        drills_failed: number;
      };
      by_tier: ({
        services: number;
        services_without_rpo: number;
        rpo: components["schemas"]["ReportTime"] | null;
        breaches: {
          count: number;
          seconds: number;
          longest_seconds: number;
        };
        incidents: {
          /** Unresolved at some time of the period. */
          count: number;
          opened: number;
          critical: number;
          /** At the end of the period. */
          unresolved: number;
          acknowledged: number;
          acknowledge_seconds: {
            mean: number;
            longest: number;
          } | null;
          resolved: number;
          resolve_seconds: {
            mean: number;
            longest: number;
          } | null;
        };
        findings: {
          pass: number;
          fail: number;
          unknown: number;
          waived: number;
        };
        drills: number;
        drills_failed: number;
        key: number | null;
      })[];
      by_owner: ({
        services: number;
        services_without_rpo: number;
        rpo: components["schemas"]["ReportTime"] | null;
        breaches: {
          count: number;
          seconds: number;
          longest_seconds: number;
        };
        incidents: {
          /** Unresolved at some time of the period. */
          count: number;
          opened: number;
          critical: number;
          /** At the end of the period. */
          unresolved: number;
          acknowledged: number;
          acknowledge_seconds: {
            mean: number;
            longest: number;
          } | null;
          resolved: number;
          resolve_seconds: {
            mean: number;
            longest: number;
          } | null;
        };
        findings: {
          pass: number;
          fail: number;
          unknown: number;
          waived: number;
        };
        drills: number;
        drills_failed: number;
        key: string | null;
      })[];
      by_rule: ({
        pass: number;
        fail: number;
        unknown: number;
        waived: number;
        rule: string;
        asks: string;
      })[];
      controls: ({
        framework: string;
        control: string;
        title: string;
        coverage: "whole" | "partly" | "none";
        rules: (string)[];
        /** Types of incidents that speak to it too. */
        conditions: (string)[];
        how: string;
        result: "no-findings" | "findings" | "unknown" | "not-judged";
        findings: {
          pass: number;
          fail: number;
          unknown: number;
          waived: number;
        };
        incidents: number;
      })[];
      services: (components["schemas"]["ReportService"])[];
    };
    /** An entry of the configuration. Its secrets are shown as "[secret]", which stands for the stored one when it is sent back. */
    Setting: {
      kind: "source" | "service" | "channel" | "route";
      name: string;
      type: string | null;
      origin: "file" | "here";
      read_only: boolean;
      in_force: boolean;
      yaml: string;
      /** Where it stands in the file. */
      defined_at: string | null;
      created_at: string | null;
      updated_at: string | null;
      updated_by: string | null;
      /** Why it is not in force. */
      problems: ({
        field: string;
        message: string;
        line?: number;
        column?: number;
        suggestion?: string;
        allowed?: (string)[];
      })[];
    };
    /** All of them. mode: what can be made here; types: the kinds that can. */
    SettingList: {
      mode: "file" | "safe" | "all";
      types: {
        source: (string)[];
        channel: (string)[];
      };
      items: (components["schemas"]["Setting"])[];
    };
    /** What becomes of a service. */
    Fate: "untouched" | "running" | "restorable" | "unknown" | "gone";
    /** What survives when all of these losses happen at once, and how the rest comes back. */
    Simulation: {
      generated_at: string;
      losses: (string)[];
      summary: {
        untouched: number;
        running: number;
        restorable: number;
        unknown: number;
        gone: number;
      };
      /** Those that are touched, the worst first. */
      services: ({
        name: string;
        tier: number | null;
        fate: components["schemas"]["Fate"];
        /** Nobody says where it runs: it is taken for lost where one of its copies is. */
        assumed: boolean;
        /** The copy that it comes back from. */
        from: {
          copy: string;
          standing: "proven" | "unknown" | "absent";
          recoverable_to: string | null;
        } | null;
        lost_copies: (string)[];
        /** How much of its newest data is lost. */
        loss_seconds: number | null;
        breaks_rpo: boolean | null;
      })[];
      /** What comes back, in this order. */
      recovery: ({
        name: string;
        wave: number;
        waits_for: (string)[];
        /** What it needs, and does not come back. */
        blocked_by: (string)[];
        takes_seconds: number | null;
        /** drill: as its last timed restore took; restore: at least what the data of one of its copies took; rto: its target, never tried. */
        takes_from: "drill" | "restore" | "rto" | "unknown";
        /** The drill that says so. */
        takes_drill: {
          id: string;
          at: string;
        } | null;
      })[];
      critical_path: {
        path: (string)[];
        total_seconds: number;
        unknown: (string)[];
      };
      /** Not hit, and waiting for what is down. */
      waiting: ({
        service: string;
        on: (string)[];
      })[];
      /** What to know of how this was found, in sentences. */
      remarks: (string)[];
    };
    /** What one loss alone would do. */
    RankedLoss: {
      /** KIND:VALUE, as simulate takes it. */
      loss: string;
      summary: {
        running: number;
        restorable: number;
        unknown: number;
        gone: number;
      };
      /** Of tier 1, those that are gone or not known to come back. */
      gravest: number;
      /** Services that run on without any proven copy. */
      bare: number;
      /** The most that any restorable service loses. */
      worst_loss_seconds: number | null;
    };
    /** One page of single losses, the most damaging first. */
    LossPage: {
      generated_at: string;
      /** What to know of how this was found, in sentences. */
      remarks: (string)[];
      matching: number;
      items: (components["schemas"]["RankedLoss"])[];
      next_cursor: string | null;
    };
    /** What can be lost as a whole, and what lies in it; at most `limit`. */
    DomainList: {
      items: ({
        kind: "provider" | "account" | "region" | "site" | "medium" | "credential" | "key" | "service" | "check";
        value: string;
        /** Services that run there. */
        running: number;
        /** Copies that lie there. */
        copies: number;
        /** Services that run or have a copy there. */
        services: number;
      })[];
      truncated: boolean;
    };
  };
}
