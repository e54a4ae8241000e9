package io.rdsboot.autoconfigure.integration;

import java.util.LinkedHashMap;
import java.util.Map;

import javax.sql.DataSource;

import io.rdsboot.routing.ReadWriteRoutingDataSource;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.util.ClassUtils;

/**
 * The transaction manager of the cluster among those of an application.
 */
@API(status = API.Status.INTERNAL)
public final class ClusterTransactionManager {

	private static final boolean JPA_PRESENT = ClassUtils.isPresent("org.springframework.orm.jpa.JpaTransactionManager",
			ClusterTransactionManager.class.getClassLoader());

	private ClusterTransactionManager() {
	}

	/**
	 * Find the transaction manager: the only one, the primary one, or else the only one
	 * whose {@code DataSource} is the cluster's.
	 * @param beans has the transaction managers
	 * @throws NoUniqueBeanDefinitionException if it cannot be told which one it is
	 */
	public static PlatformTransactionManager find(ListableBeanFactory beans) {
		PlatformTransactionManager unique = beans.getBeanProvider(PlatformTransactionManager.class).getIfUnique();
		if (unique != null) {
			return unique;
		}
		Map<String, PlatformTransactionManager> all = beans.getBeansOfType(PlatformTransactionManager.class);
		Map<String, PlatformTransactionManager> ofCluster = new LinkedHashMap<>(all);
		ofCluster.values().removeIf((transactionManager) -> !isOfCluster(dataSource(transactionManager)));
		if (ofCluster.size() != 1) {
			throw new NoUniqueBeanDefinitionException(PlatformTransactionManager.class, all.keySet());
		}
		return ofCluster.values().iterator().next();
	}

	private static boolean isOfCluster(@Nullable DataSource dataSource) {
		return dataSource != null && DataSourceUnwrapper.unwrap(dataSource, ReadWriteRoutingDataSource.class) != null;
	}

	private static @Nullable DataSource dataSource(PlatformTransactionManager transactionManager) {
		if (JPA_PRESENT && transactionManager instanceof JpaTransactionManager jpa) {
			return jpa.getDataSource();
		}
		return (transactionManager instanceof ResourceTransactionManager ofResource
				&& ofResource.getResourceFactory() instanceof DataSource dataSource) ? dataSource : null;
	}

}
