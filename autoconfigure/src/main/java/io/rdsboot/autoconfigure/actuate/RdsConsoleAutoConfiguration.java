package io.rdsboot.autoconfigure.actuate;

import java.util.List;
import java.util.function.Supplier;

import io.rdsboot.actuate.console.RdsConsoleEndpoint;
import io.rdsboot.actuate.console.RdsConsoleEndpoint.DataEndpoint;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.vector.index.VectorIndexManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the endpoint {@code rdsconsole}.
 */
@AutoConfiguration(after = { RdsDataSourceAutoConfiguration.class, RdsVectorAutoConfiguration.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBooleanProperty("rds.console.enabled")
@EnableConfigurationProperties(RdsConsoleProperties.class)
public final class RdsConsoleAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(RdsConsoleAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint
	RdsConsoleEndpoint rdsConsoleEndpoint(ListableBeanFactory beans, ObjectProvider<PathMappedEndpoints> exposed,
			ObjectProvider<EndpointAccessResolver> accessResolver) {
		return new RdsConsoleEndpoint(List.of(data("rds", ReadWriteRoutingDataSource.class, beans, accessResolver),
				data("vectorindexes", VectorIndexManager.class, beans, accessResolver),
				data("rdsdiagnostics", ConfiguredCluster.class, beans, accessResolver)), exposed::getObject);
	}

	private static DataEndpoint data(String id, Class<?> subject, ListableBeanFactory beans,
			ObjectProvider<EndpointAccessResolver> accessResolver) {
		EndpointId endpoint = EndpointId.of(id);
		Supplier<Access> access = () -> accessResolver.getObject().accessFor(endpoint, Access.READ_ONLY);
		return new DataEndpoint(endpoint, () -> beans.getBeanNamesForType(subject, true, false).length > 0, access);
	}

	/**
	 * Whoever has enabled the console expects a page.
	 */
	@Bean
	SmartInitializingSingleton rdsConsoleExposure(ObjectProvider<RdsConsoleEndpoint> endpoint) {
		return () -> {
			if (endpoint.getIfAvailable() == null) {
				logger.warn(
						"rds.console.enabled is true, but nobody can reach the console: add rdsconsole to management.endpoints.web.exposure.include");
			}
		};
	}

}
