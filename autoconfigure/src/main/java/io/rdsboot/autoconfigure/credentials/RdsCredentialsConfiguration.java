package io.rdsboot.autoconfigure.credentials;

import java.util.List;
import java.util.Objects;

import io.rdsboot.autoconfigure.aws.AwsAccess;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.autoconfigure.cluster.RdsProperties;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.cluster.discovery.AddressRegions;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.RenewalListener;
import io.rdsboot.credentials.iam.IamCredentialsProvider;
import io.rdsboot.credentials.secretsmanager.SecretKeys;
import io.rdsboot.credentials.secretsmanager.SecretsManagerCredentialsProvider;
import org.apiguardian.api.API;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.rds.RdsUtilities;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

/**
 * Credentials of database connections. Backs off where the application has a
 * {@link DatabaseCredentialsProvider} of its own.
 */
@API(status = API.Status.INTERNAL)
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(DatabaseCredentialsProvider.class)
@EnableConfigurationProperties(RdsCredentialsProperties.class)
public class RdsCredentialsConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(RdsCredentialsConfiguration.class);

	@Bean
	CredentialsPropertiesMapper rdsCredentialsMapper(RdsCredentialsProperties properties, ApplicationContext context) {
		return new CredentialsPropertiesMapper(properties,
				(name) -> ClassUtils.isPresent(name, context.getClassLoader()));
	}

	@Bean
	DatabaseCredentialsProvider rdsCredentialsProvider(ConfiguredCluster cluster,
			ObjectProvider<CredentialsProviderFactory> factories, ObjectProvider<TopologyProvider> topologyProvider) {
		logger.info("Database connections log in {}", Objects.requireNonNull(cluster.credentials()).description());
		return factories.stream()
			.map((factory) -> factory.create(cluster, () -> topologyProvider.getObject().topology()))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Nothing makes a provider of " + cluster.credentials()));
	}

	@Bean
	CredentialsProviderFactory rdsPasswordCredentials() {
		return (cluster, topology) -> (cluster.credentials() instanceof ConfiguredCredentials.Password password)
				? (address) -> password.login() : null;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(RdsUtilities.class)
	static class IamConfiguration {

		@Bean
		CredentialsProviderFactory rdsIamCredentials(AwsAccess aws, AddressRegions regions,
				ObjectProvider<RenewalListener> listener) {
			return (cluster, topology) -> (cluster.credentials() instanceof ConfiguredCredentials.Iam iam)
					? provider(cluster, iam, aws, regions, listener.getIfAvailable(() -> RenewalListener.NONE)) : null;
		}

		private static IamCredentialsProvider provider(ConfiguredCluster cluster, ConfiguredCredentials.Iam iam,
				AwsAccess aws, AddressRegions regions, RenewalListener listener) {
			IamCredentialsProvider.Builder builder = IamCredentialsProvider.builder(aws.credentials(), iam.username())
				.renewalInterval(iam.renewalInterval())
				.regionProvider(aws.regionProvider())
				.clock(aws.clock())
				.renewalListener(listener);
			cluster.signingAddresses().forEach(builder::signingAddress);
			if (aws.region() != null) {
				builder.region(aws.region());
			}
			if (!regions.all().isEmpty()) {
				builder.regions(regions);
			}
			return builder.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SecretsManagerClient.class)
	static class SecretsManagerConfiguration {

		@Bean
		SecretsManagerSecrets rdsSecrets(RdsCredentialsProperties properties, AwsAccess aws,
				ObjectProvider<SecretsManagerClients> clients, ObjectProvider<SecretsManagerClient> ofApplication,
				ObjectProvider<RenewalListener> listener) {
			RdsCredentialsProperties.SecretsManager settings = properties.getSecretsManager();
			return new SecretsManagerSecrets((id) -> SecretsManagerCredentialsProvider
				.builder(ofApplication.getIfAvailable(() -> client(clients, id)), id)
				.keys(keys(settings.getKeys()))
				.refreshInterval(settings.getRefreshInterval())
				.clock(aws.clock())
				.renewalListener(listener.getIfAvailable(() -> RenewalListener.NONE))
				.build());
		}

		private static SecretsManagerClient client(ObjectProvider<SecretsManagerClients> clients, String secretId) {
			SecretsManagerClients own = clients.getIfAvailable();
			if (own == null) {
				throw new InvalidRdsConfigurationException(List.of(CredentialsPropertiesMapper
					.missingLibrary("secrets-manager", "software.amazon.awssdk:url-connection-client")));
			}
			return own.client(secretId);
		}

		private static SecretKeys keys(RdsCredentialsProperties.Keys keys) {
			return new SecretKeys(keys.getUsername(), keys.getPassword(), keys.getHost(), keys.getPort(),
					keys.getDatabase());
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(UrlConnectionHttpClient.class)
		static class ClientConfiguration {

			@Bean
			SecretsManagerClients rdsSecretsManagerClients(AwsAccess aws, RdsProperties properties,
					ObjectProvider<SecretsManagerClientCustomizer> customizers) {
				return new SecretsManagerClients(aws, properties.getWriter(), customizers.orderedStream().toList());
			}

		}

	}

}
