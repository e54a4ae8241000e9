package io.rdsboot.sample.secrecy;

import java.util.List;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Remembers every password and token that the service logs in with.
 */
final class RecordingCredentials implements BeanPostProcessor {

	private final KnownSecrets secrets;

	RecordingCredentials(KnownSecrets secrets) {
		this.secrets = secrets;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof DatabaseCredentialsProvider provider) ? new Recording(provider, this.secrets) : bean;
	}

	private record Recording(DatabaseCredentialsProvider delegate,
			KnownSecrets secrets) implements DatabaseCredentialsProvider {

		@Override
		public DatabaseCredentials getCredentials(InstanceAddress address) {
			DatabaseCredentials credentials = this.delegate.getCredentials(address);
			this.secrets.add(credentials.password());
			return credentials;
		}

		@Override
		public @Nullable DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
				List<DatabaseCredentials> refused) {
			DatabaseCredentials credentials = this.delegate.getCredentialsAfterRefusal(address, refused);
			if (credentials != null) {
				this.secrets.add(credentials.password());
			}
			return credentials;
		}

		@Override
		public String toString() {
			return this.delegate.toString();
		}

	}

}
