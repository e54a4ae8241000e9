package io.rdsboot.test.spring;

import java.util.Map;

import io.rdsboot.test.ContextUse;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.SharedClusters;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Registers a shared cluster, and the connection details made from it, in a test's
 * application context. Equal for equal settings, so that contexts are cached.
 */
final class LocalRdsContextCustomizer implements ContextCustomizer {

	private static final String BEAN_NAME = "localRdsCluster";

	/**
	 * Keeps Spring Boot's test slices, such as {@code @JdbcTest}, from putting an
	 * embedded database into the cluster's place. What the test itself says, by
	 * {@code @AutoConfigureTestDatabase}, wins.
	 */
	private static final Map<String, Object> PROPERTIES = Map.of("spring.test.database.replace", "NONE");

	private final LocalRds annotation;

	LocalRdsContextCustomizer(LocalRds annotation) {
		this.annotation = annotation;
	}

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
		context.getEnvironment().getPropertySources().addLast(new MapPropertySource("localRds", PROPERTIES));
		LocalRdsCluster cluster = SharedClusters.INSTANCE.get(this.annotation);
		ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
		// A singleton and no definition: the context does not close what others share.
		beanFactory.registerSingleton(BEAN_NAME, cluster);
		context.addBeanFactoryPostProcessor((refreshed) -> ContextUse.begin(cluster, refreshed));
		if (beanFactory instanceof BeanDefinitionRegistry registry) {
			ConnectionDetailsRegistrar.register(cluster, beanFactory, registry);
		}
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof LocalRdsContextCustomizer customizer
				&& SharedClusters.key(this.annotation).equals(SharedClusters.key(customizer.annotation));
	}

	@Override
	public int hashCode() {
		return SharedClusters.key(this.annotation).hashCode();
	}

}
