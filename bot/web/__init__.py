"""The page of `lectern web`: an edge in the browser, made with Gradio."""
