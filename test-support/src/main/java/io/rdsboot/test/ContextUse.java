package io.rdsboot.test;

import org.apiguardian.api.API;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;

/**
 * Use of a cluster by an application context, from its refresh until it has destroyed its
 * beans.
 */
@API(status = API.Status.INTERNAL)
public final class ContextUse {

	private static final String BEAN_NAME = "localRdsClusterUse.";

	private ContextUse() {
	}

	/**
	 * Counts a context among the users of a cluster until the beans are destroyed that it
	 * makes from now on.
	 * @param cluster the cluster
	 * @param beanFactory the bean factory of the context
	 */
	public static void begin(LocalRdsCluster cluster, ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory instanceof DefaultSingletonBeanRegistry singletons) {
			cluster.users().add(singletons);
			// Singletons are destroyed in reverse order: this one after the pools.
			String name = BEAN_NAME + Integer.toHexString(System.identityHashCode(cluster));
			singletons.registerDisposableBean(name, () -> cluster.users().remove(singletons));
		}
	}

}
