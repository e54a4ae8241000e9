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
	 * Keys that say which database it is, in spans alone.
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

		}

	}

}
