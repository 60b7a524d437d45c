"""The assistant → everybody on one port: the chat for people; REST, OpenAI's chat, MCP and Gradio for programs."""
