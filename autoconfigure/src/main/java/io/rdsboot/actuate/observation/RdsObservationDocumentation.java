package io.rdsboot.actuate.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of this library. A convention of the application's for one of their
 * contexts, registered as a
 * {@link io.micrometer.observation.GlobalObservationConvention}, replaces the default.
 */
public enum RdsObservationDocumentation implements ObservationDocumentation {

	/**
	 * Wait of a borrower for an instance: for a writer while there is none or it does not
	 * answer, or for a reader that may serve.
	 */
	ROUTING_WAIT {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultRoutingWaitObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return RoutingWaitKeys.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return DatabaseKeys.values();
		}

	},

	/**
	 * Renewal of an IAM token, or reading of a secret.
	 */
	CREDENTIALS_RENEWAL {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultCredentialsRenewalObservationConvention.class;
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return KeyName.merge(DatabaseKeys.values(), CredentialsRenewalKeys.values());
		}

	},

	/**
	 * Search or write of a vector repository.
	 */
	VECTOR_OPERATION {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultVectorOperationObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return KeyName.merge(StatementKeys.values(), VectorPlanKeys.values());
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return KeyName.merge(DatabaseKeys.values(), VectorDetailKeys.values());
		}

	},

	/**
	 * Build of an index of a vector table.
	 */
	INDEX_BUILD {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultIndexBuildObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return StatementKeys.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return KeyName.merge(DatabaseKeys.values(), IndexBuildKeys.values());
		}

	};

	/**
	 * Keys of a wait.
	 */
	public enum RoutingWaitKeys implements KeyName {

		/**
		 * Role of the instance that is waited for: {@code writer} or {@code reader}.
		 */
		ROLE {

			@Override
			public String asString() {
				return "role";
			}

		}

	}

	/**
	 * Keys that the observation gets in whose scope a connection is borrowed, be it a
	 * query of datasource-micrometer's or a request of Spring MVC's. They are of high
	 * cardinality, and so in spans alone.
	 */
	public enum RoutedKeys implements KeyName {

		/**
		 * Name of the instance that was borrowed from last.
		 */
		INSTANCE {

			@Override
			public String asString() {
				return "rds.instance";
			}

		},

		/**
		 * Role of the instance: {@code writer} or {@code reader}.
		 */
		ROLE {

			@Override
			public String asString() {
				return "rds.role";
			}

		},

		/**
		 * Why it was chosen, such as {@code read-your-writes}.
		 */
		REASON {

			@Override
			public String asString() {
				return "rds.reason";
			}

		}

	}

	/**
	 * Keys that say what is done with which table.
	 *
	 * @see <a href=
	 * "https://opentelemetry.io/docs/specs/semconv/database/database-spans/">OpenTelemetry's
	 * conventions for database spans</a>
	 */
	public enum StatementKeys implements KeyName {

		/**
		 * Name of the table.
		 */
		COLLECTION_NAME {

			@Override
			public String asString() {
				return "db.collection.name";
			}

		},

		/**
		 * The operation, such as {@code search} or {@code CREATE INDEX}.
		 */
		OPERATION_NAME {

			@Override
			public String asString() {
				return "db.operation.name";
			}

		}

	}

	/**
	 * Keys of what is the same in all or told by others, in spans alone.
	 *
	 * @see <a href=
	 * "https://opentelemetry.io/docs/specs/semconv/database/database-spans/">OpenTelemetry's
	 * conventions for database spans</a>
	 */
	public enum DatabaseKeys implements KeyName {

		/**
		 * The database system, which is {@code postgresql}.
		 */
		SYSTEM_NAME {

			@Override
			public String asString() {
				return "db.system.name";
			}

		},

		/**
		 * Name of the database.
		 */
		NAMESPACE {

			@Override
			public String asString() {
				return "db.namespace";
			}

		},

		/**
		 * Operation and table, such as {@code search documents}.
		 */
		QUERY_SUMMARY {

			@Override
			public String asString() {
				return "db.query.summary";
			}

		}

	}

	/**
	 * Keys of a search.
	 */
	public enum VectorPlanKeys implements KeyName {

		/**
		 * Where the rows come from: {@code index}, {@code exact},
		 * {@code index-then-exact}, {@code exact-then-index}, or {@code none} where that
		 * is not known.
		 */
		PLAN {

			@Override
			public String asString() {
				return "rds.vector.plan";
			}

		}

	}

	/**
	 * Keys of an operation, in spans alone, where they are known.
	 */
	public enum VectorDetailKeys implements KeyName {

		/**
		 * Rows that a search has found.
		 */
		RETURNED_ROWS {

			@Override
			public String asString() {
				return "db.response.returned_rows";
			}

		},

		/**
		 * Rows that a write has written.
		 */
		WRITTEN_ROWS {

			@Override
			public String asString() {
				return "rds.vector.written_rows";
			}

		},

		/**
		 * Statements that a search took.
		 */
		STATEMENTS {

			@Override
			public String asString() {
				return "rds.vector.statements";
			}

		},

		/**
		 * Rows that a search has looked at.
		 */
		VISITED_ROWS {

			@Override
			public String asString() {
				return "rds.vector.visited_rows";
			}

		},

		/**
		 * {@code hnsw.ef_search} of a search.
		 */
		EF_SEARCH {

			@Override
			public String asString() {
				return "rds.vector.ef_search";
			}

		},

		/**
		 * {@code ivfflat.probes} of a search.
		 */
		PROBES {

			@Override
			public String asString() {
				return "rds.vector.probes";
			}

		}

	}

	/**
	 * Keys of a build, in spans alone.
	 */
	public enum IndexBuildKeys implements KeyName {

		/**
		 * Name of the index.
		 */
		INDEX {

			@Override
			public String asString() {
				return "rds.vector.index";
			}

		}

	}

	/**
	 * Keys of a renewal, in spans alone.
	 */
	public enum CredentialsRenewalKeys implements KeyName {

		/**
		 * What is renewed. Nothing secret.
		 */
		DESCRIPTION {

			@Override
			public String asString() {
				return "rds.credentials";
			}

		}

	}

}
