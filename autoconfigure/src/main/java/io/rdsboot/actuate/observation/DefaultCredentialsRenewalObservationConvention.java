package io.rdsboot.actuate.observation;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.CredentialsRenewalKeys;
import io.rdsboot.actuate.observation.RdsObservationDocumentation.DatabaseKeys;

/**
 * Default convention of {@link RdsObservationDocumentation#CREDENTIALS_RENEWAL}: a timer
 * {@code rds.credentials.renewal}, and a span {@code renew credentials}. Thread-safe.
 */
public class DefaultCredentialsRenewalObservationConvention
		implements ObservationConvention<CredentialsRenewalObservationContext> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof CredentialsRenewalObservationContext;
	}

	@Override
	public String getName() {
		return "rds.credentials.renewal";
	}

	@Override
	public String getContextualName(CredentialsRenewalObservationContext context) {
		return "renew credentials";
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(CredentialsRenewalObservationContext context) {
		return KeyValues.of(DatabaseKeys.SYSTEM_NAME.withValue("postgresql"),
				CredentialsRenewalKeys.DESCRIPTION.withValue(context.description()));
	}

}
