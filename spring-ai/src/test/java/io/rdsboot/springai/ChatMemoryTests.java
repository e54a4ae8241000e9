package io.rdsboot.springai;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.vectorstore.QuestionAnswerAdvisor;
import org.springframework.ai.chat.client.advisor.vectorstore.VectorStoreChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for advisors of Spring AI that use a {@link RdsVectorStore}.
 */
@LocalRds
class ChatMemoryTests {

	private static TestStores stores;

	private final List<String> prompts = new ArrayList<>();

	private final ChatModel model = new ChatModel() {
		@Override
		public ChatResponse call(Prompt prompt) {
			ChatMemoryTests.this.prompts.add(prompt.getContents());
			return new ChatResponse(List.of(new Generation(new AssistantMessage("The tower is in Paris"))));
		}
	};

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		stores = new TestStores(cluster);
	}

	@AfterAll
	static void closeDatabase() {
		stores.close();
	}

	@Test
	void memoryOfAConversationIsFoundInThatOneAlone() {
		RdsVectorStore store = stores.store((table) -> table.idType(IdType.TEXT).key("conversationId", KeyType.TEXT));
		store.add(List.of(new Document("The Eiffel Tower is in Paris", Map.of("conversationId", "one")),
				new Document("Bananas are yellow", Map.of("conversationId", "one")),
				new Document("The Eiffel Tower is of iron", Map.of("conversationId", "two"))));
		ask(store, "one", "Where is the Eiffel Tower?");
		assertThat(this.prompts.get(0)).contains("The Eiffel Tower is in Paris")
			.doesNotContain("Bananas")
			.doesNotContain("iron");
		ask(store, "three", "Where is the Eiffel Tower?");
		assertThat(this.prompts.get(1)).doesNotContain("Paris");
		ask(store, "three", "Is the tower in Paris?");
		assertThat(this.prompts.get(2)).contains("<memory-entry type=\"assistant\">The tower is in Paris");
	}

	private void ask(RdsVectorStore store, String conversation, String question) {
		String answer = ChatClient.builder(this.model)
			.defaultAdvisors(VectorStoreChatMemoryAdvisor.builder(store).defaultTopK(1).build())
			.build()
			.prompt()
			.user(question)
			.advisors((advisors) -> advisors.param(ChatMemory.CONVERSATION_ID, conversation))
			.call()
			.content();
		assertThat(answer).isEqualTo("The tower is in Paris");
	}

	@Test
	void questionIsAnsweredFromDocuments() {
		RdsVectorStore store = stores.store();
		store.add(List.of(new Document("The Eiffel Tower is in Paris", Map.of("year", 1889)),
				new Document("The Eiffel Tower was in Seattle", Map.of("year", 1989))));
		ChatClient.builder(this.model)
			.defaultAdvisors(QuestionAnswerAdvisor.builder(store)
				.searchRequest(SearchRequest.builder().topK(2).filterExpression("year < 1900").build())
				.build())
			.build()
			.prompt()
			.user("Where is the Eiffel Tower?")
			.call()
			.content();
		assertThat(this.prompts.get(0)).contains("in Paris").doesNotContain("Seattle");
	}

}
