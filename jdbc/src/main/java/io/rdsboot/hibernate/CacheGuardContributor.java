package io.rdsboot.hibernate;

import java.util.Map;

import io.rdsboot.routing.SessionDataSource;
import org.apiguardian.api.API;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cache.internal.NoCachingRegionFactory;
import org.hibernate.cache.internal.RegionFactoryInitiator;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.service.spi.ServiceContributor;
import org.hibernate.service.spi.ServiceRegistryImplementor;

/**
 * Guards the second-level cache of each session factory whose connections come from a
 * {@link SessionDataSource}. Found by Hibernate as a service.
 */
@API(status = API.Status.INTERNAL)
public final class CacheGuardContributor implements ServiceContributor {

	@Override
	public void contribute(StandardServiceRegistryBuilder serviceRegistryBuilder) {
		serviceRegistryBuilder.addInitiator(new GuardingInitiator());
	}

	private static final class GuardingInitiator extends RegionFactoryInitiator {

		/**
		 * Where Hibernate keeps the data source, whichever setting it came from.
		 */
		private static final String DATA_SOURCE = "hibernate.connection.datasource";

		@Override
		protected RegionFactory resolveRegionFactory(Map<String, Object> configurationValues,
				ServiceRegistryImplementor registry) {
			RegionFactory factory = super.resolveRegionFactory(configurationValues, registry);
			boolean caches = !(factory instanceof NoCachingRegionFactory);
			return (caches && configurationValues.get(DATA_SOURCE) instanceof SessionDataSource dataSource)
					? new GuardedRegionFactory(factory, dataSource) : factory;
		}

	}

}
