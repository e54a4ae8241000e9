package io.rdsboot.autoconfigure.vector.text;

import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import io.rdsboot.vector.reembedding.Reembedding;
import io.rdsboot.vector.text.TextRepository;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for a {@link TextRepository} over each vector repository that asks
 * for one, and for the change of its embedding model.
 */
@AutoConfiguration(after = RdsVectorAutoConfiguration.class)
@ConditionalOnBean(RdsVectorProperties.class)
@Import({ TextRepositoryRegistrar.class, ReembeddingRegistrar.class })
public final class RdsVectorTextAutoConfiguration {

	@Bean
	ReembeddingLifecycle rdsVectorReembeddingLifecycle(ObjectProvider<Reembedding> changes) {
		return new ReembeddingLifecycle(changes.orderedStream().toList());
	}

}
